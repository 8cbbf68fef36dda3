import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { runtimes } from '../../fib/runtime.ts'
import { isIpAddress } from '../config/istio/scalar/ip-address.ts'
import type { ServiceEntryResource, WorkloadEntryResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'

/**
 * Endpoints that are a bare IP address, where the gateway is to run on Workers (SB6005): once for each resource, at the
 * first of them.
 */
export function findUnreachableEndpoints({ config, target }: AnalysisContext): Diagnostic[] {
  if (runtimes[target].place !== 'cloudflare') return []
  return [
    ...config.serviceEntries.flatMap(entry =>
      finding(
        entry,
        entry.spec.endpoints.map(({ address }, index) => ({ address, path: ['spec', 'endpoints', index, 'address'] })),
      ),
    ),
    ...config.workloadEntries.flatMap(entry =>
      finding(entry, [{ address: entry.spec.address, path: ['spec', 'address'] }]),
    ),
  ]
}

function finding(
  resource: ServiceEntryResource | WorkloadEntryResource,
  places: readonly { readonly address: string | undefined; readonly path: FieldPath }[],
): Diagnostic[] {
  const bare = places.filter(({ address }) => address !== undefined && isIpAddress(address))
  const [first] = bare
  if (!first) return []
  const others = bare.length - 1
  const message =
    others === 0
      ? `"${first.address}" is a bare IP address: Workers cannot fetch from it`
      : `"${first.address}" and ${others} more are bare IP addresses: Workers cannot fetch from them`
  return [
    diagnose('SB6005', {
      message,
      why: 'Cloudflare responds in its place: 403, error 1003 (direct IP access not allowed)',
      help: 'give the endpoint a DNS name; a self-hosted gateway (`serve`) can reach it',
      span: resource.spanOf(first.path),
      path: formatPath(first.path),
      resource: resource.title,
    }),
  ]
}
