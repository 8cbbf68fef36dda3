import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { allocatorEnvironment } from './allocator-environment.ts'
import { bundleWorker } from './bundle-worker.ts'
import { type GatewayProcess, readable, startGatewayProcess } from './gateway-process.ts'
import { configName, moduleFiles, type WorkerdConfig, workerdConfig } from './workerd-config.ts'

/**
 * Starts a bare workerd with the gateway in it. Resolves when all sockets accept connections.
 *
 * @param logDescriptor what workerd writes the access log to by itself; absent: the log is in `GatewayProcess.stdout`
 * @throws GatewayStartError
 */
export async function startWorkerd(
  config: WorkerdConfig,
  table: Uint8Array,
  logDescriptor?: number,
): Promise<GatewayProcess> {
  const worker = await bundleWorker('serve')
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-serve-'))
  try {
    const configFile = join(folder, 'config.capnp')
    await writeFile(join(folder, moduleFiles.worker), worker)
    await writeFile(join(folder, moduleFiles.table), table)
    await writeFile(configFile, workerdConfig(config))
    return await startGatewayProcess({
      file: binary(),
      args: ['serve', configFile, configName, '--control-fd=3'],
      env: allocatorEnvironment(process.env),
      logDescriptor,
      listening: child => listening(child, config.sockets.length),
    })
  } finally {
    // A workerd that listens has read all of it, so that nothing is left behind even where this process is killed.
    await rm(folder, { recursive: true, force: true })
  }
}

/** The executable that the package has for this platform; what stands in the PATH may be another version. */
function binary(): string {
  const { default: path } = createRequire(import.meta.url)('workerd') as { default: string }
  return path
}

/** Waits until every socket listens. workerd tells each with a line of JSON on the file descriptor 3. */
async function listening(child: ChildProcess, socketCount: number): Promise<void> {
  let count = 0
  for await (const line of createInterface({ input: readable(child.stdio[3]) })) {
    if (JSON.parse(line).event === 'listen') count++
    if (count === socketCount) return
  }
  // workerd is about to end, and `ended` says how.
  await new Promise(() => {})
}
