import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from '../../src/cli/folders/pipeline.ts'
import { type CliProcess, startCli } from '../cli/run-cli.ts'
import { type FakeCloudflare, startCloudflareApi } from '../cli/stores/cloudflare-api.ts'
import { type Edge, startEdge } from './edge.ts'
import { KvLink } from './kv-link.ts'
import { startOrigin } from './load.ts'
import { routesOf } from './routes.ts'

/** How often the gateways of these tests look at their store. */
export const pollMs = 200

/** A project with its KV namespace, an origin, and a way to publish. */
export interface Stage {
  readonly api: FakeCloudflare
  readonly link: KvLink
  readonly folder: string
  /** Writes the routes of an edition. */
  write(edition: number): Promise<void>
  /** Begins a verb of the command line in the project. */
  start(...args: readonly string[]): CliProcess
  /** Runs one to its end. */
  run(
    ...args: readonly string[]
  ): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>
  /** Starts an edge whose bundle has edition 0. */
  edge(settings?: Readonly<Record<string, string>>): Promise<Edge>
  stop(): Promise<void>
}

export async function setStage(): Promise<Stage> {
  const api = await startCloudflareApi()
  const origin = await startOrigin()
  const link = new KvLink(api.kv)
  await link.open()
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-publish-'))
  const routes = join(folder, 'routes')
  await mkdir(routes)
  await writeFile(
    join(folder, 'wrangler.toml'),
    `name = "edge"
compatibility_date = "2026-11-17"
account_id = "${api.account}"
kv_namespaces = [{ binding = "SIGNALBOX_TABLES", id = "${api.namespace}" }]
`,
  )
  const env = {
    CLOUDFLARE_API_BASE_URL: api.baseUrl,
    CLOUDFLARE_API_TOKEN: api.token,
    WRANGLER_SEND_METRICS: 'false',
    SIGNALBOX_AUTHOR: 'the test',
  }
  const edges: Edge[] = []
  const stage: Stage = {
    api,
    link,
    folder,
    write: edition => writeFile(join(routes, 'shop.yaml'), routesOf(edition, origin.port)),
    start: (...args) => startCli(args, { cwd: folder, env }),
    async run(...args) {
      const { child, said } = stage.start(...args)
      const status = await new Promise<number | null>(resolve => child.once('close', resolve))
      return { status, ...said() }
    },
    async edge(settings = {}) {
      const { table } = pipeline.compileRoutes([
        { path: 'shop.yaml', bytes: new TextEncoder().encode(routesOf(0, origin.port)), isMesh: false },
      ])
      const all = { SIGNALBOX_POLL_INTERVAL_MS: String(pollMs), ...settings }
      const edge = await startEdge({ kvPort: link.port, bundled: table!, settings: all })
      edges.push(edge)
      return edge
    },
    async stop() {
      await Promise.all(edges.map(edge => edge.stop()))
      await link.close()
      await api.stop()
      origin.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stage
}
