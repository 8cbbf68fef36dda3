import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { allocatorEnvironment } from '../../src/cli/gateway/allocator-environment.ts'
import { compatibilityDate } from '../../src/cli/gateway/compatibility-date.ts'
import { type ChildServer, serverIn, serverOf } from './child-server.ts'

/** The executable that the package has for this platform. */
export function workerdBinary(): string {
  const { default: path } = createRequire(import.meta.url)('workerd') as { default: string }
  return path
}

/**
 * A bare workerd with one Worker of `contenders/`, set up as `signalbox serve` sets its own up: what the Worker logs goes
 * to a file.
 */
export async function startWorker(
  name: string,
  originPort: number,
): Promise<ChildServer & { readonly logFile: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  const port = await freePort()
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`contenders/${name}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
  })
  await writeFile(join(folder, 'worker.js'), outputFiles[0]!.contents)
  await writeFile(join(folder, 'config.capnp'), configOf(port, originPort))
  const logFile = join(folder, 'access.log')
  const log = await open(logFile, 'a')
  const child = spawn(workerdBinary(), ['serve', join(folder, 'config.capnp'), 'config', '--control-fd=3'], {
    stdio: ['ignore', log.fd, 'pipe', 'pipe'],
    env: allocatorEnvironment(process.env),
  })
  await log.close()
  const server = await serverIn(folder, serverOf(child, /"event":"listen".*"port":(\d+)/))
  return { ...server, logFile }
}

function configOf(port: number, originPort: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "main", address = "127.0.0.1:${port}", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${compatibilityDate}",
  bindings = [(name = "ORIGIN", text = "http://127.0.0.1:${originPort}")],
);
`
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(closed => server.close(closed))
  return address !== null && typeof address === 'object' ? address.port : 0
}
