import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'
import { firstKeySpan } from './first-key.ts'

/**
 * Rules of `tcp` and `tls` that can never match (IST0130): a rule before them takes every connection, or the same ones.
 */
export function findUnreachableConnections({ config }: AnalysisContext): Diagnostic[] {
  return config.virtualServices
    .filter(({ isDamaged }) => !isDamaged)
    .flatMap(each => [...deadRules(each, 'tcp'), ...deadRules(each, 'tls')])
}

type L4Rule = VirtualServiceResource['spec']['tcp'][number] | VirtualServiceResource['spec']['tls'][number]

function deadRules(virtualService: VirtualServiceResource, field: 'tcp' | 'tls'): Diagnostic[] {
  const first = new Map<string, number>()
  return virtualService.spec[field].flatMap((rule, index) => {
    const conditions = conditionsOf(rule)
    const takers = conditions.map(each => first.get(everything) ?? first.get(each.key) ?? first.get(each.onAnyPort))
    for (const { key } of conditions) if (!first.has(key)) first.set(key, index)
    const [taker] = takers
    if (taker === undefined || taker === index || takers.includes(undefined)) return []
    const path = ['spec', field, index]
    return [
      diagnose('IST0130', {
        message: 'this rule can never match: a rule before it takes its connections',
        span: firstKeySpan(virtualService, path),
        label: 'never reached',
        path: formatPath(path),
        resource: virtualService.title,
        why: 'the first match wins, and a rule without `match` takes every connection',
        help: 'put the rule without `match` last, or remove this one',
        related: [{ message: 'takes its connections', span: firstKeySpan(virtualService, ['spec', field, taker]) }],
      }),
    ]
  })
}

const everything = JSON.stringify({})

/** Each condition of a rule as a text; of a TLS match, one for each name. */
function conditionsOf({ match }: L4Rule): { readonly key: string; readonly onAnyPort: string }[] {
  if (match.length === 0) return [{ key: everything, onAnyPort: everything }]
  return match.flatMap(each => {
    const { port, ...rest } = each
    const names = 'sniHosts' in rest ? rest.sniHosts : [undefined]
    return names.map(sniHost => {
      const conditions = Object.entries({ ...rest, sniHosts: undefined, sniHost })
      const given = Object.fromEntries(conditions.filter(([, value]) => !isNothing(value)))
      return { key: JSON.stringify(port === undefined ? given : { ...given, port }), onAnyPort: JSON.stringify(given) }
    })
  })
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
}
