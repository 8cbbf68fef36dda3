import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startGateway } from '../../test/runtimes/hostile/running-gateway.ts'
import type { RuntimeName } from '../../test/runtimes/hostile/runtimes.ts'
import { startWorker } from './bare-workerd.ts'
import { type ChildServer, startServer } from './child-server.ts'
import { startEnvoy } from './envoy.ts'
import { benchRoutes } from './routes.ts'

/** A proxy that can be measured. */
export interface Contender {
  readonly name: string
  readonly runtime: RuntimeName
  /** Whether it is Envoy, which need not be there. */
  readonly isEnvoy?: true
  start(originPort: number): Promise<RunningContender>
}

export interface RunningContender {
  readonly port: number
  /** The process that forwards. */
  readonly pid: number
  /** The process that started it and hands its log on, where it is another one. */
  readonly cliPid?: number
  /** Forgets what was logged so far, so that no disk fills up. */
  tidy(): Promise<void>
  stop(): Promise<void>
}

const few = 10
const some = 10_000
const many = 100_000

/** What has to be reached: `of` so much of the requests a second of `baseline`; without it, what is told beside. */
export interface Target {
  readonly contender: string
  readonly baseline: string
  readonly of?: number
}

export const contenders: readonly Contender[] = [
  worker('bare Worker', 'bare-worker'),
  worker('Hono Worker', 'hono-worker'),
  worker('Worker that does the same by hand', 'same-work-worker'),
  gateway('signalbox on workerd', 'workerd', few),
  gateway('signalbox on workerd, 10,000 routes', 'workerd', some),
  gateway('signalbox on workerd, 100,000 routes', 'workerd', many),
  envoy('Envoy, 10,000 routes', some),
  envoy('Envoy, 100,000 routes', many),
  script('bare node:http on Node', 'node', 'bare-proxy'),
  script('@hono/node-server with fetch', 'node', 'hono-node'),
  gateway('signalbox on Node', 'node', few),
  gateway('signalbox on Node, 10,000 routes', 'node', some),
  gateway('signalbox on Node, 100,000 routes', 'node', many),
  script('bare node:http on Deno', 'deno', 'bare-proxy'),
  gateway('signalbox on Deno', 'deno', few),
]

export const targets: readonly Target[] = [
  { contender: 'signalbox on workerd', baseline: 'bare Worker', of: 0.9 },
  { contender: 'signalbox on workerd', baseline: 'Hono Worker', of: 0.96 },
  { contender: 'Worker that does the same by hand', baseline: 'bare Worker' },
  { contender: 'signalbox on workerd', baseline: 'Worker that does the same by hand' },
  { contender: 'signalbox on workerd, 100,000 routes', baseline: 'signalbox on workerd', of: 0.97 },
  { contender: 'signalbox on workerd, 10,000 routes', baseline: 'Envoy, 10,000 routes', of: 1.3 },
  { contender: 'signalbox on workerd, 100,000 routes', baseline: 'Envoy, 100,000 routes', of: 50 },
  { contender: 'signalbox on Node, 10,000 routes', baseline: 'Envoy, 10,000 routes' },
  { contender: 'signalbox on Node, 100,000 routes', baseline: 'Envoy, 100,000 routes' },
  { contender: 'signalbox on Node', baseline: 'bare node:http on Node', of: 0.9 },
  { contender: 'signalbox on Node', baseline: '@hono/node-server with fetch', of: 2 },
  { contender: 'signalbox on Deno', baseline: 'bare node:http on Deno', of: 0.9 },
]

function worker(name: string, file: string): Contender {
  return {
    name,
    runtime: 'workerd',
    start: async originPort => withLog(await startWorker(file, originPort)),
  }
}

function script(name: string, runtime: 'node' | 'deno', file: string): Contender {
  const path = fileURLToPath(new URL(`contenders/${file}.ts`, import.meta.url))
  return {
    name,
    runtime,
    start: async originPort =>
      withoutLog(
        runtime === 'node'
          ? await startServer(process.execPath, [path, String(originPort)])
          : await startServer(denoBinary(), ['run', '--allow-net', '--allow-env', path, String(originPort)]),
      ),
  }
}

/** One with a single thread, as workerd has. */
function envoy(name: string, routeCount: number): Contender {
  return {
    name,
    runtime: 'workerd',
    isEnvoy: true,
    start: async originPort => withLog(await startEnvoy(originPort, routeCount)),
  }
}

function withLog({ logFile, ...server }: ChildServer & { readonly logFile: string }): RunningContender {
  return { ...server, tidy: () => truncate(logFile) }
}

function withoutLog(server: ChildServer): RunningContender {
  return { ...server, tidy: async () => {} }
}

/** With everything on, the access log included: it goes to a file. */
function gateway(name: string, runtime: RuntimeName, routeCount: number): Contender {
  return {
    name,
    runtime,
    async start(originPort) {
      const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
      const logFile = join(folder, 'access.log')
      const { port, pid, cliPid, stop } = await startGateway({
        runtime,
        routes: benchRoutes(originPort, routeCount),
        logFile,
      })
      return {
        port,
        pid,
        cliPid,
        tidy: () => truncate(logFile),
        async stop() {
          await stop()
          await rm(folder, { recursive: true, force: true })
        },
      }
    },
  }
}

/** The executable that the package has for this platform. */
export function denoBinary(): string {
  const require = createRequire(import.meta.url)
  const { platform, arch } = process
  const suffix = platform === 'linux' ? '-glibc' : ''
  return require.resolve(`@deno/${platform}-${arch}${suffix}/${platform === 'win32' ? 'deno.exe' : 'deno'}`)
}
