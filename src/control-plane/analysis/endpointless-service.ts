import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'

/**
 * ServiceEntries that say of no endpoint where it is: none at all (SB3003), told where no destination tells it; and
 * those that say nothing of how their hosts are resolved, which are dialled by name here (SB6015).
 */
export function findEndpointlessServices({ config, damagedTypes, namedHosts }: AnalysisContext): Diagnostic[] {
  return config.serviceEntries.flatMap(({ spec, title, spanOf, keySpanOf, isDamaged }) => {
    const { hosts, addresses, resolution, endpoints, workloadSelector } = spec
    const hasOwn = endpoints.length > 0 || workloadSelector !== undefined
    if (isDamaged || hasOwn || damagedTypes.has('WorkloadEntry.networking.istio.io')) return []
    if (resolution === 'STATIC') {
      if (addresses.length > 0 || hosts.some(host => namedHosts.has(host.toLowerCase()))) return []
      const path = ['spec', 'resolution']
      return [
        diagnose('SB3003', {
          message: `\`resolution: STATIC\` uses the listed endpoints, and ${title} lists none`,
          span: spanOf(path),
          label: 'no endpoint',
          path: formatPath(path),
          resource: title,
          why: 'requests for its hosts get 503 (UH)',
          help: 'add `endpoints` or a `workloadSelector`, or write `resolution: DNS`',
        }),
      ]
    }
    const isDialled = hosts.some(host => !host.startsWith('*'))
    if (!isDialled || (resolution !== undefined && resolution !== 'NONE')) return []
    const path = resolution === undefined ? ['spec'] : ['spec', 'resolution']
    return [
      diagnose('SB6015', {
        message: `the gateway connects to the hosts by their names: ${resolution ? '`resolution: NONE`' : 'without `resolution` it is NONE, which'} leaves the address to the client`,
        span: keySpanOf(path),
        path: formatPath(path),
        resource: title,
        why: 'the client of a gateway chooses no address except that of the gateway',
        help: 'write `resolution: DNS`',
      }),
    ]
  })
}
