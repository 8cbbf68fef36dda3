import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { ServiceEntryResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { remembered } from '../memory/remembered.ts'
import { visibilityTo } from '../resolve/visibility.ts'
import type { AnalysisContext } from './context.ts'

interface PortClaim {
  readonly entry: ServiceEntryResource
  readonly host: string
  readonly path: FieldPath
  readonly protocol: string
}

/**
 * ServiceEntries that give one port of one host two protocols (IST0177). Those of different namespaces are compared
 * where the edge sees both. Each is compared with the first.
 */
export function findConflictingProtocols({ config, identity }: AnalysisContext): Diagnostic[] {
  const claims = config.serviceEntries.flatMap(entry => {
    if (entry.isDamaged) return []
    return visibilityTo(identity.namespace, entry) === 'hidden' ? hiddenClaims(entry) : seenClaims(entry)
  })
  const reported = new Set<PortClaim['entry']>()
  return [...Map.groupBy(claims, ({ key }) => key).values()].flatMap(([first, ...others]) =>
    others.flatMap(({ claim }) => {
      if (claim.protocol === first!.claim.protocol || claim.entry === first!.claim.entry || reported.has(claim.entry))
        return []
      reported.add(claim.entry)
      return [finding(claim, first!.claim)]
    }),
  )
}

const seenClaims = remembered((entry: ServiceEntryResource) => claimsOf(entry, ''))
const hiddenClaims = remembered((entry: ServiceEntryResource) => claimsOf(entry, entry.namespace))

function claimsOf(entry: ServiceEntryResource, audience: string) {
  return entry.spec.hosts.flatMap(host =>
    entry.spec.ports.map(({ number, protocol = 'TCP' }, index) => ({
      key: JSON.stringify([audience, host.toLowerCase(), number]),
      claim: { entry, host, path: ['spec', 'ports', index, 'protocol'], protocol } satisfies PortClaim,
    })),
  )
}

function finding({ entry, host, path, protocol }: PortClaim, first: PortClaim): Diagnostic {
  const { number } = entry.spec.ports[Number(path[2])]!
  return diagnose('IST0177', {
    message: `port ${number} of "${host}" is ${protocol} here, and ${first.protocol} in ${first.entry.title}`,
    span: entry.spanOf(path),
    label: 'another protocol',
    path: formatPath(path),
    resource: entry.title,
    why: 'which of the two counts depends on the order of the ServiceEntries',
    help: 'give the port the same protocol in both, or put the ServiceEntries together',
    related: [{ message: 'first declared here', span: first.entry.spanOf(first.path) }],
  })
}
