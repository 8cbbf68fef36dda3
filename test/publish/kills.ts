import type { ApiCall } from '../cli/stores/cloudflare-api.ts'
import { load } from './load.ts'
import type { Stage } from './stage.ts'
import { loadFaults, type Verdict } from './verdict.ts'
import { waitForEdition } from './wait-for.ts'

/** More than `publish` makes; it is run until one ends before it was killed. */
const mostRequests = 40

/**
 * Kills `publish` at each of its requests, once before the store has carried it out and once after, and shows that the
 * edge serves on, that it serves the new version only if the pointer was moved, and that the next run succeeds.
 */
export async function playKills(stage: Stage): Promise<Verdict> {
  const lines: string[] = []
  const faults: string[] = []
  const edge = await stage.edge()
  let edition = 1000
  await stage.write(edition)
  await mustEndWell(stage, 'publish', '--yes')
  await waitForEdition(edge.port, edition)
  for (let at = 1; at <= mostRequests; at++) {
    for (const moment of ['before', 'after'] as const) {
      const old = edition++
      await stage.write(edition)
      const killed = await publishKilledAt(stage, at, moment)
      if (!killed) {
        if (at < 6) faults.push(`publish made only ${at - 1} requests`)
        lines.push(`killed at each of ${at - 1} requests, before and after: ${lines.length} points`)
        return { lines: [lines.at(-1)!, ...lines.slice(0, -1)], faults }
      }
      const isMoved = killed.method === 'PUT' && killed.path.endsWith('signalbox.active') && moment === 'after'
      // What is read behind that move changes nothing any more.
      const mayServe = isMoved || wasMoved(stage) ? [old, edition] : [old]
      const what = `killed ${moment} ${killed.method} ${shortened(killed.path)}`
      const report = await load({ port: edge.port, count: 200, atOnce: 8 })
      faults.push(...loadFaults(what, report, mayServe))
      const state = await stage.run('status')
      if (state.status !== 0) faults.push(`${what}: status says\n${state.out}${state.err}`)
      await mustEndWell(stage, 'publish', '--yes')
      await waitForEdition(edge.port, edition)
      lines.push(`${what}: served by edition ${[...report.served.keys()].join(', ')}, then published`)
    }
  }
  faults.push(`publish made more than ${mostRequests} requests`)
  return { lines, faults }
}

/** Whether the last run had moved the pointer before it was killed. */
function wasMoved({ api }: Stage): boolean {
  return api.calls.some(({ method, path }) => method === 'PUT' && path.endsWith('signalbox.active'))
}

/** @returns the request at which it was killed; undefined where it ended before */
async function publishKilledAt(stage: Stage, at: number, moment: 'before' | 'after'): Promise<ApiCall | undefined> {
  let killed: ApiCall | undefined
  stage.api.calls.length = 0
  const { child } = stage.start('publish', '--yes')
  const ended = new Promise(resolve => child.once('close', resolve))
  stage.api.onRequest = async call => {
    if (stage.api.calls.length !== at) return 'pass'
    killed = call
    if (moment === 'after') {
      // The request is carried out, and nobody is there to hear of it.
      setImmediate(() => child.kill('SIGKILL'))
      return 'drop-after'
    }
    child.kill('SIGKILL')
    await ended
    return 'drop'
  }
  await ended
  stage.api.onRequest = () => 'pass'
  return killed
}

async function mustEndWell(stage: Stage, ...args: string[]): Promise<void> {
  const { status, out, err } = await stage.run(...args)
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${out}${err}`)
}

function shortened(path: string): string {
  return path.replace(/^.*namespaces\/\w+\//, '').replace(/([0-9a-f]{12})[0-9a-f]{52}/, '$1…')
}
