import type { Fault } from '../../fib/action.ts'
import { isDrawn } from './draw-percent.ts'

/** What a fault does to one request. */
export interface DrawnFault {
  readonly delayMs?: number
  readonly abort?: NonNullable<Fault['abort']>
}

/**
 * Draws whether a fault delays and whether it aborts a request, independently of each other.
 * Source: Envoy's fault filter, which draws in millionths.
 */
export function drawFault(fault: Fault | undefined, random: () => number): DrawnFault {
  if (!fault) return {}
  const { delay, abort } = fault
  return {
    ...(delay && isDrawn(delay.percent, random) && { delayMs: delay.durationMs }),
    ...(abort && isDrawn(abort.percent, random) && { abort }),
  }
}
