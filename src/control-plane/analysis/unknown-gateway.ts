import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type ResourceType, typeName } from '../config/resource-type.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { qualifiedGateway } from '../resolve/rule-place.ts'
import type { AnalysisContext } from './context.ts'

/**
 * Gateways that a VirtualService, or a match of one, is bound to but that no resource declares (IST0101): it is served
 * nowhere. One that is declared with a fault in it is declared.
 */
export function findUnknownGateways({
  config,
  damagedTypes,
  unread,
  isMentionedUnread,
}: AnalysisContext): Diagnostic[] {
  if (damagedTypes.has('Gateway.networking.istio.io')) return []
  const known = new Set(config.gateways.map(({ namespace, name }) => `${namespace}/${name}`))
  const faulty = new Set(
    unread.flatMap(({ namespace, name, ...type }) =>
      typeName<ResourceType>(type) === 'Gateway.networking.istio.io' ? `${namespace}/${name}` : [],
    ),
  )
  return config.virtualServices.flatMap(virtualService => {
    const { namespace, title, spanOf } = virtualService
    return namedGateways(virtualService).flatMap(({ written, path, isMatch }) => {
      const name = qualifiedGateway(written, namespace)
      if (name === 'mesh' || known.has(name) || faulty.has(name)) return []
      if (isMentionedUnread(name.slice(name.indexOf('/') + 1), spanOf(path))) return []
      const suggestion = nearest(name, known) ?? namesake(written, known)
      return [
        diagnose('IST0101', {
          message: `no Gateway is called "${name}"`,
          span: spanOf(path),
          label: suggestion ? `did you mean "${suggestion}"?` : 'unknown gateway',
          path: formatPath(path),
          resource: title,
          why: isMatch ? 'no request enters there, so the match takes none' : 'the VirtualService is not served there',
          help: suggestion
            ? `write ${suggestion}`
            : 'name a Gateway as namespace/name, or by its name alone where it is in the same namespace',
        }),
      ]
    })
  })
}

/** The Gateway of another namespace that has the name: `edge`, `edge.istio-system` and `other/edge` lack it. */
function namesake(written: string, known: ReadonlySet<string>): string | undefined {
  const name = written.slice(written.indexOf('/') + 1)
  const found = [...known].filter(each => each.endsWith(`/${name}`) || name === each.split('/').reverse().join('.'))
  return found.length === 1 ? found[0] : undefined
}

interface NamedGateway {
  readonly written: string
  readonly path: FieldPath
  readonly isMatch: boolean
}

/** Each place where a VirtualService names a gateway. Source: Istio VirtualService.gateways, HTTPMatchRequest.gateways. */
const namedGateways = rememberedAs('named gateways', ({ spec }: VirtualServiceResource): readonly NamedGateway[] => [
  ...spec.gateways.map((written, index) => ({ written, path: ['spec', 'gateways', index], isMatch: false })),
  ...(['http', 'tls', 'tcp'] as const).flatMap(list =>
    spec[list].flatMap(({ match }, rule) =>
      match.flatMap(({ gateways }, at) =>
        gateways.map((written, index) => ({
          written,
          path: ['spec', list, rule, 'match', at, 'gateways', index],
          isMatch: true,
        })),
      ),
    ),
  ),
])
