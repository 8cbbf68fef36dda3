import type { LoadReport } from './load.ts'

/** What one part of the run found: lines to print, and whether all is well. */
export interface Verdict {
  readonly lines: readonly string[]
  readonly faults: readonly string[]
}

/** What is wrong with how requests were served, if only some editions may have served them. */
export function loadFaults(what: string, report: LoadReport, allowed: readonly number[]): string[] {
  const faults: string[] = []
  if (report.failed > 0) faults.push(`${what}: ${report.failed} failed, such as ${report.example}`)
  if (report.mixed > 0) faults.push(`${what}: ${report.mixed} served by two versions, such as ${report.example}`)
  const others = [...report.served.keys()].filter(edition => !allowed.includes(edition))
  if (others.length > 0)
    faults.push(`${what}: served by edition ${others.join(', ')}, expected ${allowed.join(' or ')}`)
  return faults
}

/** `100000 requests, 0 failed, 0 mixed, slowest 120 ms, by 5 editions`. */
export function loadWords({ served, failed, mixed, slowestMs }: LoadReport): string {
  const good = [...served.values()].reduce((sum, each) => sum + each, 0)
  const editions = [...served.keys()].sort((a, b) => a - b).join(', ')
  return `${good + failed + mixed} requests, ${failed} failed, ${mixed} mixed, slowest ${Math.round(slowestMs)} ms, editions ${editions}`
}
