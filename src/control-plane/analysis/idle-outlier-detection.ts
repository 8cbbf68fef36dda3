import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { type DestinationRuleResource, type FieldPath, formatPath } from '../config/resource.ts'
import { fullHostName } from '../translate/host-name.ts'
import { selects } from '../translate/identity.ts'
import { lowerOutlierDetection } from '../translate/outlier-detection.ts'
import type { Workload } from '../translate/service-registry.ts'
import type { AnalysisContext } from './context.ts'

type Policy = NonNullable<DestinationRuleResource['spec']['trafficPolicy']>

/**
 * Outlier detection that leaves nobody out (SB6017): where one endpoint is more of its cluster than
 * `maxEjectionPercent`. That is 10 where nothing is said, which takes ten endpoints. Envoy is as silent about it.
 */
export function findIdleOutlierDetection({ config, services, damagedKinds }: AnalysisContext): Diagnostic[] {
  // Who they would be, is not known.
  if (damagedKinds.has('ServiceEntry') || damagedKinds.has('WorkloadEntry')) return []
  return config.destinationRules.flatMap(rule => {
    const { spec, namespace, isDamaged } = rule
    const workloads = isDamaged ? undefined : services.find(fullHostName(spec.host, namespace))?.workloads
    if (!workloads) return []
    return [
      ...idleIn(rule, ['spec', 'trafficPolicy'], spec.trafficPolicy, workloads),
      ...spec.subsets.flatMap(({ trafficPolicy, labels }, index) => {
        const selected = workloads.filter(workload => selects(labels, workload.labels))
        return idleIn(rule, ['spec', 'subsets', index, 'trafficPolicy'], trafficPolicy, selected)
      }),
    ]
  })
}

function idleIn(
  rule: DestinationRuleResource,
  path: FieldPath,
  policy: Policy | undefined,
  workloads: readonly Workload[],
): Diagnostic[] {
  const places = [
    { path: [...path, 'outlierDetection'], written: policy?.outlierDetection },
    ...(policy?.portLevelSettings ?? []).map(({ outlierDetection }, index) => ({
      path: [...path, 'portLevelSettings', index, 'outlierDetection'],
      written: outlierDetection,
    })),
  ]
  const count = workloads.length
  const onePercent = Math.ceil(100 / count)
  return places.flatMap(({ path, written }) => {
    if (!written || count === 0) return []
    const { maxEjectionPercent } = lowerOutlierDetection(written)
    if (maxEjectionPercent >= 100 / count) return []
    const said = written.maxEjectionPercent ? '' : ', where nothing is said'
    const endpoints = count === 1 ? 'the only endpoint is' : `one of ${count} endpoints is`
    return [
      diagnose('SB6017', {
        message: `outlier detection leaves nobody out: ${endpoints} more than ${maxEjectionPercent} %`,
        span: rule.keySpanOf(path),
        label: `\`maxEjectionPercent\` is ${maxEjectionPercent}${said}`,
        path: formatPath(path),
        resource: rule.title,
        why: 'an endpoint that fails goes on getting its share of the requests',
        help: `write \`maxEjectionPercent: ${onePercent}\` or more`,
      }),
    ]
  })
}
