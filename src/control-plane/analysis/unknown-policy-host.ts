import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { fullHostName } from '../resolve/host-name.ts'
import { visibilityTo } from '../resolve/visibility.ts'
import type { AnalysisContext } from './context.ts'

/**
 * DestinationRules for hosts that nothing declares (IST0174): they change nothing. Where a destination names the same
 * host, that is the fault, and it is told there; so is a Service that is not read.
 */
export function findUnknownPolicyHosts(context: AnalysisContext): Diagnostic[] {
  const { config, identity, damagedTypes, isMentionedUnread, namedHosts, entriesByHost, ignoredServices } = context
  if (damagedTypes.has('ServiceEntry.networking.istio.io')) return []
  return config.destinationRules.flatMap(rule => {
    const { spec, namespace, title, spanOf } = rule
    const host = fullHostName(spec.host, namespace)
    // A wildcard may stand there for hosts to come.
    if (
      host.startsWith('*') ||
      ignoredServices.has(host) ||
      [host, ...wildcardsOver(host)].some(name => entriesByHost.has(name))
    ) {
      return []
    }
    // Where no file declares a host, all of them may be in files that were not given; but for those of a cluster.
    if (entriesByHost.size === 0 && !host.endsWith('.cluster.local')) return []
    if (namedHosts.has(host) || visibilityTo(identity.namespace, rule) === 'hidden') return []
    const path = ['spec', 'host']
    const span = spanOf(path)
    if (isMentionedUnread(spec.host, span)) return []
    const meaning = spec.host.toLowerCase() === host ? '' : ` (which means "${host}")`
    const suggestion = context.nearestHost(host)
    return [
      diagnose('IST0174', {
        message: `no ServiceEntry declares the host "${spec.host}"${meaning}`,
        span,
        label: suggestion ? `did you mean "${suggestion}"?` : 'unknown host',
        path: formatPath(path),
        resource: title,
        why: 'the DestinationRule has no effect',
        help: suggestion
          ? `write "${suggestion}", or add a ServiceEntry with this host`
          : 'add a ServiceEntry with this host',
      }),
    ]
  })
}

/** `*.b.c` and `*.c` for `a.b.c`. */
function wildcardsOver(host: string): string[] {
  const wildcards: string[] = []
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) wildcards.push(`*${host.slice(dot)}`)
  return wildcards
}
