import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { isPartialWildcard } from '../config/istio/scalar/host.ts'
import type { AnyResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'

/**
 * Hosts that are written as hardly any request, and hardly anybody, means them (SB2009): in capitals, with a dot at the
 * end, with a wildcard that covers a part of a name.
 */
export function findOddHosts({ config }: AnalysisContext): Diagnostic[] {
  return [
    ...config.virtualServices.flatMap(each => oddAmong(each, each.spec.hosts, ['spec', 'hosts'])),
    ...config.serviceEntries.flatMap(each => oddAmong(each, each.spec.hosts, ['spec', 'hosts'])),
    ...config.gateways.flatMap(each =>
      each.spec.servers.flatMap(({ hosts }, index) => oddAmong(each, hosts, ['spec', 'servers', index, 'hosts'])),
    ),
  ]
}

function oddAmong(resource: AnyResource, hosts: readonly string[], path: FieldPath): Diagnostic[] {
  return hosts.flatMap((written, index) => {
    const words = judge(written.slice(written.indexOf('/') + 1))
    if (!words) return []
    const place = [...path, index]
    return [
      diagnose('SB2009', {
        ...words,
        span: resource.spanOf(place),
        path: formatPath(place),
        resource: resource.title,
      }),
    ]
  })
}

function judge(host: string): Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'> | undefined {
  if (isPartialWildcard(host)) {
    return {
      message: `the wildcard of "${host}" covers a part of a name`,
      label: 'no dot behind the star',
      why: `it also matches names that only end like it, such as "other${host.slice(1)}"`,
      help: `write "*.${host.slice(1).replace(/^[-.]+/, '')}", and the name without a star beside it`,
    }
  }
  if (host.endsWith('.') && host !== '.') {
    return {
      message: `the host "${host}" ends with a dot`,
      label: 'requests rarely have the dot',
      why: 'the dot is part of the comparison, and clients send the host without it',
      help: `write "${host.slice(0, -1)}"`,
    }
  }
  if (host === host.toLowerCase()) return undefined
  return {
    message: `the host "${host}" has capitals`,
    why: 'hosts are compared in lower case',
    help: `write "${host.toLowerCase()}"`,
  }
}
