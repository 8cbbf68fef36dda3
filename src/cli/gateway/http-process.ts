import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProcessRuntime } from '../../fib/runtime.ts'
import { listeningLine, type ServeConfig } from '../../runtimes/node-http/serve-config.ts'
import { bundleProcess } from './bundle-process.ts'
import { type GatewayProcess, readable, startGatewayProcess } from './gateway-process.ts'

/**
 * Starts the gateway on Node or Deno, which carry it out over `node:http`. Resolves when all sockets accept
 * connections. Its settings are those of the environment.
 *
 * @throws GatewayStartError
 */
export async function startHttpGateway(
  runtime: ProcessRuntime,
  config: Omit<ServeConfig, 'tableFile'>,
  table: Uint8Array,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GatewayProcess> {
  const script = await bundleProcess(runtime)
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-serve-'))
  try {
    const scriptFile = join(folder, 'gateway.mjs')
    const configFile = join(folder, 'config.json')
    const tableFile = join(folder, 'table.fib')
    await writeFile(scriptFile, script)
    await writeFile(tableFile, table)
    await writeFile(configFile, JSON.stringify({ ...config, tableFile } satisfies ServeConfig))
    const { file, args } = interpreters[runtime]()
    return await startGatewayProcess({
      file,
      args: [...args, scriptFile, configFile],
      env: { ...env, DENO_NO_UPDATE_CHECK: '1' },
      listening,
    })
  } finally {
    // What listens has read all of it, so that nothing is left behind even where this process is killed.
    await rm(folder, { recursive: true, force: true })
  }
}

interface Interpreter {
  readonly file: string
  readonly args: readonly string[]
}

const interpreters: Readonly<Record<ProcessRuntime, () => Interpreter>> = {
  node: () => ({ file: nodeBinary(), args: [] }),
  // Nothing of the folder that it is started in is to matter.
  deno: () => ({
    file: denoBinary(),
    args: ['run', '--allow-all', '--no-config', '--no-lock', '--no-prompt', `--v8-flags=${youngSpace}`],
  }),
}

/**
 * V8's space for young objects, in MB. Bodies hang on young objects, and V8 does not see how large they are: after a
 * gigabyte of them Deno holds 120 MB more with this, 180 MB with its own, and up to 570 MB with 16 (test:soak). Requests
 * without bodies take the same time with 2 as with its own, and with 16 a tenth less (bench:gateway).
 */
const youngSpace = '--min-semi-space-size=2,--max-semi-space-size=2'

/** The Node that is installed with the project: the one that runs this may be older than the gateway needs. */
function nodeBinary(): string {
  const own = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))
  return existsSync(own) ? own : process.execPath
}

/** The executable that the package has for this platform; its own starter would not hand signals on. */
export function denoBinary(): string {
  const { platform, arch } = process
  const target = `${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('deno/package.json'))
  return fromPackage.resolve(`@deno/${target}/${platform === 'win32' ? 'deno.exe' : 'deno'}`)
}

/** Takes the first line off stdout, which tells that every socket listens; what comes behind it stays there. */
async function listening({ stdout }: ChildProcess): Promise<void> {
  const stream = readable(stdout)
  let text = Buffer.alloc(0)
  for (;;) {
    const chunk = stream.read() as Buffer | null
    if (chunk === null) {
      await once(stream, 'readable')
      continue
    }
    text = Buffer.concat([text, chunk])
    const end = text.indexOf(10)
    if (end < 0) continue
    if (text.subarray(0, end).toString() !== listeningLine) throw new Error(`unexpected first line: ${text}`)
    if (end + 1 < text.length) stream.unshift(text.subarray(end + 1))
    return
  }
}
