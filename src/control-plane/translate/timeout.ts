import { longestTimerMs } from '../../fib/timer.ts'

/**
 * How long something may take, in milliseconds; undefined where there is no limit. Nothing said and 0 mean none, and
 * so does what is longer than any timer counts: no request lives that long.
 */
export function lowerTimeout(ms: number | undefined): number | undefined {
  return ms && ms <= longestTimerMs ? ms : undefined
}
