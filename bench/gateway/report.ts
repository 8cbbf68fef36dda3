import type { Target } from './contenders.ts'
import type { Measurement } from './measure.ts'
import { median } from './statistics.ts'

/** Everything that a benchmark found. */
export interface BenchReport {
  readonly versions: Readonly<Record<string, string>>
  /** Of the machine in the minute before: processes that wanted a core. */
  readonly loadBefore: number
  readonly runs: number
  readonly seconds: number
  readonly connections: number
  /** Requests a second of the origin without anything before it, and CPU time of the load generator for one. */
  readonly ceiling: { readonly requestsPerSecond: number; readonly loadMicroseconds: number }
  /** By contender, in the order of the runs. */
  readonly measurements: Readonly<Record<string, readonly Measurement[]>>
  readonly ratios: readonly Ratio[]
}

export interface Ratio extends Target {
  /** Of the medians of requests a second. */
  readonly reached: number
  /** Of the medians of CPU time a request; above 1 is dearer. */
  readonly cpu: number
}

/** What of the targets was measured. */
export function ratiosOf(targets: readonly Target[], measurements: BenchReport['measurements']): readonly Ratio[] {
  return targets.flatMap(target => {
    const own = measurements[target.contender]
    const base = measurements[target.baseline]
    if (!own?.length || !base?.length) return []
    const of = (all: readonly Measurement[], what: 'requestsPerSecond' | 'cpuMicroseconds') =>
      median(all.map(each => each[what]))
    return {
      ...target,
      reached: of(own, 'requestsPerSecond') / of(base, 'requestsPerSecond'),
      cpu: of(own, 'cpuMicroseconds') / of(base, 'cpuMicroseconds'),
    }
  })
}

/** The report for a reader. */
export function renderReport(report: BenchReport): string {
  const { versions, loadBefore, runs, seconds, connections, ceiling, measurements, ratios } = report
  const names = Object.keys(measurements)
  const width = Math.max(...names.map(name => name.length), 'contender'.length)
  const rows = names.map(name => {
    const all = measurements[name]!
    const faults = all.reduce((sum, each) => sum + each.faults, 0)
    const cells = [
      spread(
        all.map(each => each.requestsPerSecond),
        0,
      ).padStart(24),
      spread(
        all.map(each => each.cpuMicroseconds),
        1,
      ).padStart(24),
      median(all.map(each => each.cliMicroseconds))
        .toFixed(1)
        .padStart(7),
      String(faults).padStart(7),
    ]
    return [name.padEnd(width), ...cells].join(' ')
  })
  const ratioRows = ratios.map(({ contender, baseline, of, reached, cpu }) => {
    const verdict = of === undefined ? 'beside ' : reached >= of ? 'reached' : 'MISSED '
    const wanted = of === undefined ? '' : ` of ${of} wanted`
    return `${verdict} ${reached.toFixed(2)}${wanted}, at ${cpu.toFixed(2)} of its CPU: ${contender} / ${baseline}`
  })
  return `${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}
${runs} interleaved runs of ${seconds} s, ${connections} connections, load average before: ${loadBefore.toFixed(1)}; the origin alone: ${ceiling.requestsPerSecond.toFixed(0)} requests/s

${'contender'.padEnd(width)} ${'requests/s (min..max)'.padStart(24)} ${'CPU µs/request'.padStart(24)} ${'its log'.padStart(7)} ${'faults'.padStart(7)}
${rows.join('\n')}

${ratioRows.join('\n')}
`
}

function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)].map(each =>
    each.toFixed(digits),
  )
  return `${middle} (${low}..${high})`
}
