import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { GatewayResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { selects } from '../resolve/identity.ts'
import type { AnalysisContext } from './context.ts'

/** A host that a server of a Gateway claims on its port. */
interface Claim {
  readonly gateway: GatewayResource
  readonly path: FieldPath
  /** The namespace that it admits for the host; `*` for all. */
  readonly admits: string
}

/**
 * Two Gateways that claim the same host on the same port of the same workloads (IST0145). The workloads are the same
 * where all labels of one selector are among those of the other.
 *
 * Of the Gateways that claim one host on one port, each is compared with the first of each selector.
 */
export function findConflictingGateways({ config }: AnalysisContext): Diagnostic[] {
  const claims = config.gateways.filter(({ isDamaged }) => !isDamaged).flatMap(claimsOf)
  const byPlace = Map.groupBy(claims, ({ key }) => key)
  const reported = new Set<GatewayResource>()
  return [...byPlace.values()].flatMap(rivals => {
    const first = new Map<string, Claim>()
    return rivals.flatMap(({ claim }) => {
      const { gateway } = claim
      const other = [...first.values()].find(each => areRivals(each, claim))
      const key = JSON.stringify([gateway.spec.selector, claim.admits])
      if (!first.has(key)) first.set(key, claim)
      if (!other || reported.has(gateway)) return []
      reported.add(gateway)
      return [finding(claim, other)]
    })
  })
}

function claimsOf(gateway: GatewayResource): { readonly key: string; readonly claim: Claim }[] {
  return gateway.spec.servers.flatMap(({ port, hosts, bind = '' }, serverIndex) =>
    hosts.map((written, index) => {
      const slash = written.indexOf('/')
      const namespace = slash < 0 ? '*' : written.slice(0, slash)
      const admits = namespace === '.' ? gateway.namespace : namespace
      const path = ['spec', 'servers', serverIndex, 'hosts', index]
      return {
        key: JSON.stringify([port.number, bind, written.slice(slash + 1).toLowerCase()]),
        claim: { gateway, path, admits },
      }
    }),
  )
}

function areRivals(a: Claim, b: Claim): boolean {
  if (a.gateway === b.gateway || (a.admits !== '*' && b.admits !== '*' && a.admits !== b.admits)) return false
  const [one, other] = [a.gateway.spec.selector, b.gateway.spec.selector]
  return selects(one, other) || selects(other, one)
}

function finding({ gateway, path }: Claim, first: Claim): Diagnostic {
  const { servers } = gateway.spec
  const server = servers[Number(path[2])]!
  return diagnose('IST0145', {
    message: `${first.gateway.title} serves "${server.hosts[Number(path[4])]}" on port ${server.port.number} too`,
    span: gateway.spanOf(path),
    label: 'claimed twice',
    path: formatPath(path),
    resource: gateway.title,
    why: 'both are for the same gateway workloads, which use the settings of only one of them',
    help: 'put the servers into one Gateway, or give one of them another port, host or selector',
    related: [{ message: 'first claimed here', span: first.gateway.spanOf(first.path) }],
  })
}
