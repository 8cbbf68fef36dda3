import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { fullHostName } from '../resolve/host-name.ts'
import { selects } from '../resolve/identity.ts'
import { lowerOutlierDetection } from '../translate/outlier-detection.ts'
import type { AnalysisContext } from './context.ts'
import { policyPlaces } from './policy-places.ts'

/**
 * Outlier detection that leaves nobody out (SB6017): where one endpoint is more of its cluster than
 * `maxEjectionPercent`. That is 10 where nothing is said, which takes ten endpoints. Envoy is as silent about it.
 */
export function findIdleOutlierDetection({ config, services, damagedTypes }: AnalysisContext): Diagnostic[] {
  // Who they would be, is not known.
  if (damagedTypes.has('ServiceEntry.networking.istio.io') || damagedTypes.has('WorkloadEntry.networking.istio.io'))
    return []
  return config.destinationRules.flatMap(rule => {
    const { spec, namespace, isDamaged, title, keySpanOf } = rule
    const workloads = isDamaged ? undefined : services.find(fullHostName(spec.host, namespace))?.workloads
    if (!workloads) return []
    return policyPlaces(rule).flatMap(({ path, parts: { outlierDetection }, subset }) => {
      const count = subset ? workloads.filter(({ labels }) => selects(subset.labels, labels)).length : workloads.length
      if (!outlierDetection || count === 0) return []
      const { maxEjectionPercent } = lowerOutlierDetection(outlierDetection)
      if (maxEjectionPercent >= 100 / count) return []
      const place = [...path, 'outlierDetection']
      const said = outlierDetection.maxEjectionPercent ? '' : ' by default'
      const endpoints = count === 1 ? 'the only endpoint is' : `one of ${count} endpoints is`
      return [
        diagnose('SB6017', {
          message: `outlier detection never ejects an endpoint: ${endpoints} more than ${maxEjectionPercent} %`,
          span: keySpanOf(place),
          label: `\`maxEjectionPercent\` is ${maxEjectionPercent}${said}`,
          path: formatPath(place),
          resource: title,
          why: 'a failing endpoint keeps receiving its share of the requests',
          help: `write \`maxEjectionPercent: ${Math.ceil(100 / count)}\` or more`,
        }),
      ]
    })
  })
}
