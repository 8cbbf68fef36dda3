/** A CPU profile of V8, as `--cpu-prof` and the inspector write it. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  /** The node that was on top at each look. */
  readonly samples: readonly number[]
  /** Microseconds between the looks. */
  readonly timeDeltas: readonly number[]
}

/** A function, and its own share of the time in which anything was done. */
export interface Hot {
  readonly name: string
  readonly share: number
}

/** The functions that took most of the time themselves, without what they called. */
export function hottest({ nodes, samples, timeDeltas }: CpuProfile, count: number): readonly Hot[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times = new Map<string, number>()
  let total = 0
  samples.forEach((id, at) => {
    const { functionName, url, lineNumber } = frames.get(id)!
    if (functionName === '(idle)') return
    const place = url === '' ? '' : ` ${url.replace(/^.*\/(?=[^/]+$)/, '')}:${lineNumber + 1}`
    const name = `${functionName || '(anonymous)'}${place}`
    const time = timeDeltas[at] ?? 0
    times.set(name, (times.get(name) ?? 0) + time)
    total += time
  })
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, time]) => ({ name, share: time / total }))
}
