import type { OutlierDetection } from '../../fib/outlier-detection.ts'
import type { PolicyParts } from './traffic-policy.ts'

const defaultErrors = 5
const defaultIntervalMs = 10_000
const defaultEjectionMs = 30_000
const defaultMaxEjectionPercent = 10

/**
 * What is not said is as in Envoy, but for what Istio switches off: gateway errors where they are not counted, and the
 * share that is left below which all endpoints are used. A count of 0 switches that count off.
 *
 * Source: Istio's applyOutlierDetection; `consecutiveErrors` has no effect any more.
 */
export function lowerOutlierDetection(written: NonNullable<PolicyParts['outlierDetection']>): OutlierDetection {
  const { consecutive5xxErrors: serverErrors = defaultErrors, consecutiveGatewayErrors: gatewayErrors } = written
  return {
    ...(serverErrors > 0 && { serverErrors }),
    ...(gatewayErrors && { gatewayErrors }),
    ...(written.splitExternalLocalOriginErrors && {
      localFailures: written.consecutiveLocalOriginFailures || defaultErrors,
    }),
    intervalMs: written.interval || defaultIntervalMs,
    baseEjectionMs: written.baseEjectionTime || defaultEjectionMs,
    maxEjectionPercent: written.maxEjectionPercent || defaultMaxEjectionPercent,
    minHealthPercent: written.minHealthPercent ?? 0,
  }
}
