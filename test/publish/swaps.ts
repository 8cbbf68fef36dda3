import { load } from './load.ts'
import type { Stage } from './stage.ts'
import { loadFaults, loadWords, type Verdict } from './verdict.ts'
import { waitForEdition } from './wait-for.ts'

/** Publishes and rolls back all the time while many requests are served. */
export async function playSwaps(stage: Stage, count: number): Promise<Verdict> {
  const edge = await stage.edge()
  const faults: string[] = []
  let isOver = false
  let swaps = 0
  const change = async (edition: number, ...args: string[]) => {
    const { status, err } = await stage.run(...args)
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${err}`)
    await waitForEdition(edge.port, edition)
    swaps++
  }
  const published = [0]
  const publishing = (async () => {
    for (let edition = 1; !isOver; edition += 2) {
      for (const each of [edition, edition + 1]) {
        await stage.write(each)
        published.push(each)
        await change(each, 'publish', '-m', `edition ${each}`)
      }
      await change(edition, 'rollback', '-m', 'back')
    }
  })().catch((error: Error) => faults.push(error.message))
  const enough = { count, atOnce: 32, port: edge.port, isOver: () => swaps >= 6 || faults.length > 0 }
  const report = await load(enough)
  isOver = true
  await publishing
  faults.push(...loadFaults('swaps', report, published))
  return { lines: [`swaps under load: ${loadWords(report)}; ${swaps} swaps`], faults }
}
