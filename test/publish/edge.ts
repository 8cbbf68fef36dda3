import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { bundle } from '../../src/cli/gateway/bundle.ts'
import { compatibilityDate } from '../../src/cli/gateway/compatibility-date.ts'
import { freePort } from '../runtimes/serve-session.ts'

export interface EdgeOptions {
  /** Of the link to KV. */
  readonly kvPort: number
  /** The table in the bundle. */
  readonly bundled: Uint8Array
  readonly settings: Readonly<Record<string, string>>
}

/** A bare workerd with the Worker that is deployed in it. */
export interface Edge {
  readonly port: number
  /** The lines that it wrote to its console. */
  readonly lines: readonly string[]
  stop(): Promise<void>
}

/** Starts the Worker of `wrangler deploy`, bound to a KV namespace behind a port of this machine. */
export async function startEdge({ kvPort, bundled, settings }: EdgeOptions): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-edge-'))
  const port = await freePort()
  const texts = Object.entries({ SIGNALBOX_ACCESS_LOG: 'off', ...settings }).map(
    ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)}),`,
  )
  await writeFile(join(folder, 'worker.js'), await bundleWorker())
  await writeFile(join(folder, 'table.fib'), bundled)
  await writeFile(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .edge),
    (name = "kv", external = (address = "127.0.0.1:${kvPort}", http = ())),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const edge :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "table.fib", data = embed "table.fib"),
  ],
  compatibilityDate = "${compatibilityDate}",
  bindings = [${texts.join(' ')} (name = "SIGNALBOX_TABLES", kvNamespace = "kv")],
);
`,
  )
  const { default: file } = createRequire(import.meta.url)('workerd') as { default: string }
  const child = spawn(file, ['serve', join(folder, 'config.capnp'), 'config', '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const kill = () => void child.kill('SIGKILL')
  process.on('exit', kill)
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as Readable }).on('line', line => lines.push(line))
  }
  await listening(child, lines)
  return {
    port,
    lines,
    async stop() {
      process.off('exit', kill)
      if (child.exitCode === null && child.signalCode === null) {
        kill()
        await once(child, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As the command line bundles its own Workers, but with the deployed one's table beside it. */
async function bundleWorker(): Promise<string> {
  const text = await bundle({
    entryPoints: ['src/runtimes/workers/worker.ts'],
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', '*.fib'],
  })
  return text.replace(/(['"])[^'"]*\/table\.fib\1/, '"table.fib"')
}

async function listening(child: ChildProcess, lines: readonly string[]): Promise<void> {
  const opened = (async () => {
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      if (JSON.parse(line).event === 'listen') return true
    }
    return false
  })()
  if (!(await opened)) throw new Error(`workerd did not listen:\n${lines.join('\n')}`)
}
