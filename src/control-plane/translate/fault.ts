import type { Fault } from '../../fib/action.ts'
import { longestTimerMs } from '../../fib/timer.ts'
import { grpcStatuses } from '../config/istio/route/fault.ts'
import type { HttpRule } from '../resolve/http-rule.ts'

type Written = NonNullable<HttpRule['fault']>

/**
 * Lowers `fault`. Without a percentage a fault never fires; the deprecated whole `percent` of a delay counts where
 * `percentage` is absent. Source: Istio HTTPFaultInjection, as recorded.
 */
export function lowerFault({ delay, abort }: Written): Fault | undefined {
  const delayPercent = delay?.percentage ? (delay.percentage.value ?? 0) : (delay?.percent ?? 0)
  const abortPercent = abort?.percentage?.value ?? 0
  const delays = delay?.fixedDelay !== undefined && delayPercent > 0
  const aborts = abort !== undefined && abortPercent > 0
  if (!delays && !aborts) return undefined
  return {
    ...(delays && { delay: { durationMs: Math.min(delay.fixedDelay!, longestTimerMs), percent: delayPercent } }),
    ...(aborts && { abort: { ...lowerAbort(abort), percent: abortPercent } }),
  }
}

function lowerAbort({ httpStatus, grpcStatus }: NonNullable<Written['abort']>) {
  if (grpcStatus === undefined) return { status: httpStatus ?? 200 }
  return { status: 200, grpcStatus: grpcStatuses.indexOf(grpcStatus) }
}
