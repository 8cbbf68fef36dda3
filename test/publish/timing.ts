import { median } from '../../bench/gateway/statistics.ts'
import { pollMs, type Stage } from './stage.ts'
import type { Verdict } from './verdict.ts'
import { waitForEdition } from './wait-for.ts'

/** How long it takes from saved YAML to a served request, stage by stage: the median of some runs, and their spread. */
export async function playTiming(stage: Stage, runs: number): Promise<Verdict> {
  const edge = await stage.edge()
  const times = new Map<string, number[]>()
  const note = (what: string, ms: number) => times.set(what, [...(times.get(what) ?? []), ms])
  for (let edition = 2001; edition <= 2000 + runs; edition++) {
    await stage.write(edition)
    const savedMs = performance.now()
    const { status, out, err } = await stage.run('publish', '--yes')
    if (status !== 0) throw new Error(`publish ended with ${status}:\n${err}`)
    const [, said = ''] = /^published \w+: (.*)$/m.exec(out) ?? []
    for (const [, what, ms] of said.matchAll(/([a-z ]+) (\d+) ms/g)) note(what!.trim(), Number(ms))
    note('publish, as a process', performance.now() - savedMs)
    await waitForEdition(edge.port, edition)
    note('from saved to served', performance.now() - savedMs)
  }
  const lines = [...times].map(([what, each]) => {
    const [least, most] = [Math.min(...each), Math.max(...each)].map(Math.round)
    return `  ${what}: ${Math.round(median(each))} ms (${least} to ${most})`
  })
  return {
    lines: [`from saved YAML to served, ${runs} runs, a look at the store each ${pollMs} ms:`, ...lines],
    faults: [],
  }
}
