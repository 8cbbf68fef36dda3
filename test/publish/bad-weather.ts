import { keyOf, pointerKey } from '../../src/store/version-store.ts'
import type { Weather } from './kv-link.ts'
import { load } from './load.ts'
import type { Stage } from './stage.ts'
import { loadFaults, loadWords, type Verdict } from './verdict.ts'
import { waitForEdition } from './wait-for.ts'

/** Something that goes wrong between a gateway and its versions. */
interface Trouble {
  readonly title: string
  readonly begin: (stage: Stage) => Promise<void>
  /** What health says of the store meanwhile: its state, and why. */
  readonly says: RegExp
  /** Whether the new version arrives all the same, only later. */
  readonly isPassable?: true
}

const weather = (title: string, kind: Weather, says: RegExp, more: Partial<Trouble> = {}): Trouble => ({
  title,
  begin: ({ link }) => link.become(kind),
  says,
  ...more,
})

const troubles: readonly Trouble[] = [
  weather('KV is dead', { kind: 'dead' }, /^unreachable: ./),
  weather('KV answers 503', { kind: 'error' }, /^unreachable: .*503/),
  weather('KV takes 5 s for each answer', { kind: 'slow', delayMs: 5000 }, /^(?:unreachable|followed): /, {
    isPassable: true,
  }),
  weather('KV gives garbage', { kind: 'garbage' }, /^refused: the pointer is damaged/),
  weather('KV breaks off in the middle', { kind: 'cut' }, /^unreachable: ./),
  {
    title: 'the table is half written',
    says: /^refused: \d+ bytes of a table that has \d+/,
    async begin({ api }) {
      const key = await activeTableKey(api)
      await api.kv.put(key, (await valueIn(api, key)).slice(0, 300))
    },
  },
  {
    title: 'the pointer is ahead of its table',
    says: /^refused: its table is missing/,
    begin: async ({ api }) => api.kv.delete(await activeTableKey(api)),
  },
  {
    title: 'the pointer is half written',
    says: /^refused: the pointer is damaged: it has no line feed/,
    async begin({ api }) {
      await api.kv.put(pointerKey, (await valueIn(api, pointerKey)).slice(0, 40))
    },
  },
]

const healthToken = 'a-token'

/** `refused: its table is missing, or not there yet`. */
async function storeState(port: number): Promise<string> {
  const headers = { authorization: `Bearer ${healthToken}` }
  const response = await fetch(`http://127.0.0.1:${port}/.signalbox/health`, { headers })
  const { store } = (await response.json()) as { store: { state: string; reason: string | null } }
  return `${store.state}: ${store.reason}`
}

type Api = Stage['api']

async function valueIn({ kv }: Api, key: string): Promise<Uint8Array> {
  return new Uint8Array((await kv.get(key, 'arrayBuffer'))!)
}

async function activeTableKey(api: Api): Promise<string> {
  const [line = ''] = new TextDecoder().decode(await valueIn(api, pointerKey)).split('\n')
  return keyOf('table', JSON.parse(line).version)
}

/**
 * For each trouble: a gateway serves one version, a newer one is published, and the trouble is there before the gateway
 * can see that. All requests must be served by the last good version. Then the trouble ends, and the newer one comes.
 */
export async function playBadWeather(stage: Stage, count: number): Promise<Verdict> {
  const lines: string[] = []
  const faults: string[] = []
  const publish = async (edition: number) => {
    await stage.write(edition)
    const { status, err } = await stage.run('publish', '--yes')
    if (status !== 0) throw new Error(`publish ended with ${status}:\n${err}`)
  }
  let edition = 100
  for (const { title, begin, says, isPassable } of troubles) {
    const good = ++edition
    await publish(good)
    // An edge that looks rarely enough for the trouble to be there before it looks again.
    const edge = await stage.edge({ SIGNALBOX_HEALTH_TOKEN: healthToken })
    await waitForEdition(edge.port, good)
    await stage.link.become({ kind: 'dead' })
    await publish(++edition)
    await stage.link.become({ kind: 'fair' })
    // The gateway may have seen it in this moment only if the trouble is one of the way, which `begin` makes first.
    await begin(stage)
    const endMs = performance.now() + 3000
    const report = await load({ port: edge.port, count, atOnce: 16, isOver: () => performance.now() > endMs })
    faults.push(...loadFaults(title, report, isPassable ? [good, edition] : [good]))
    const told = await storeState(edge.port)
    if (!says.test(told)) faults.push(`${title}: health says ${told}`)
    lines.push(`${title}: ${loadWords(report)}; health: ${told}`)
    await stage.link.become({ kind: 'fair' })
    await stage.run('publish', '--yes', '--force')
    lines.push(`  mended: served after ${Math.round(await waitForEdition(edge.port, edition))} ms`)
    await edge.stop()
  }
  return { lines, faults }
}

/** A gateway that is started while KV is in trouble serves its bundled table, and waits for KV no longer than it may. */
export async function playBadStart(stage: Stage): Promise<Verdict> {
  const lines: string[] = []
  const faults: string[] = []
  const firstWaitMs = 300
  for (const kind of ['dead', 'slow'] as const) {
    await stage.link.become(kind === 'slow' ? { kind, delayMs: 5000 } : { kind })
    const edge = await stage.edge({ SIGNALBOX_FIRST_WAIT_MS: String(firstWaitMs) })
    const first = await load({ port: edge.port, count: 1, atOnce: 1 })
    const next = await load({ port: edge.port, count: 500, atOnce: 16 })
    faults.push(...loadFaults(`started while KV is ${kind}`, first, [0]), ...loadFaults(`then`, next, [0]))
    // What a first request costs besides: workerd compiles the Worker.
    if (first.slowestMs > firstWaitMs + 1000) faults.push(`the first request took ${Math.round(first.slowestMs)} ms`)
    lines.push(`started while KV is ${kind}: first request after ${Math.round(first.slowestMs)} ms; ${loadWords(next)}`)
    await edge.stop()
    await stage.link.become({ kind: 'fair' })
  }
  return { lines, faults }
}
