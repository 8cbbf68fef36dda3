import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { AnyResource } from '../config/resource.ts'
import type { FieldPath } from '../config/yaml/field-path.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { isServed } from '../resolve/gateway-servers.ts'
import { selects } from '../resolve/identity.ts'
import { visibilityTo } from '../resolve/visibility.ts'
import type { AnalysisContext } from './context.ts'

/** Resources that are meant for others than this edge (SB5001): Istio would keep them from its gateway, too. */
export function findHiddenResources({ config, identity }: AnalysisContext): Diagnostic[] {
  const { virtualServices, destinationRules, serviceEntries, gateways } = config
  // A delegate needs to be seen by its root alone.
  const exporting = [
    ...virtualServices.filter(({ spec }) => spec.hosts.length > 0),
    ...destinationRules,
    ...serviceEntries,
  ]
  const hidden = exporting
    .filter(resource => visibilityTo(identity.namespace, resource) === 'hidden')
    .map(resource =>
      finding(resource, ['spec', 'exportTo'], `is not exported to the edge's namespace "${identity.namespace}"`),
    )
  const forOthers = destinationRules
    .filter(({ spec }) => spec.workloadSelector && !selects(spec.workloadSelector.matchLabels, identity.labels))
    .map(rule => finding(rule, ['spec', 'workloadSelector'], 'is for workloads with other labels than the edge has'))
  const notServed = gateways
    .filter(gateway => !isServed(gateway, identity))
    .map(gateway => finding(gateway, ['spec', 'selector'], 'is for workloads with other labels than the edge has'))
  return [...hidden, ...forOthers, ...notServed]
}

function finding(resource: AnyResource, path: FieldPath, reason: string): Diagnostic {
  return diagnose('SB5001', {
    message: `${resource.title} ${reason}`,
    span: resource.keySpanOf(path),
    path: formatPath(path),
    resource: resource.title,
    why: 'it has no effect here',
  })
}
