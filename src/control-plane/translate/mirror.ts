import type { Mirror } from '../../fib/mirror.ts'
import type { HttpRule } from '../resolve/http-rule.ts'

type Destination = NonNullable<HttpRule['mirror']>

/**
 * Lowers `mirror` with its percentage, then `mirrors`: a rule has one of them, but its delegate may add the other.
 * Without a percentage everything is mirrored; with 0 nothing is. The deprecated whole `mirrorPercent` counts where
 * `mirrorPercentage` is absent. Source: Istio's MirrorPercent, MirrorPercentByPolicy.
 *
 * @param clusterOf the name of the cluster that a destination means; one that nothing declares has one too
 */
export function lowerMirrors(rule: HttpRule, clusterOf: (destination: Destination) => string): Mirror<string>[] {
  const { mirror, mirrorPercentage, mirrorPercent, mirrors } = rule
  const percentage = mirrorPercentage ?? (mirrorPercent === undefined ? undefined : { value: mirrorPercent })
  const all = [...(mirror ? [{ destination: mirror, percentage }] : []), ...mirrors]
  return all
    .map(({ destination, percentage }) => ({ destination, percent: percentage ? (percentage.value ?? 0) : 100 }))
    .filter(({ percent }) => percent > 0)
    .map(({ destination, percent }) => ({ cluster: clusterOf(destination), percent }))
}
