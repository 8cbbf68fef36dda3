import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import { formatPath } from '../config/resource.ts'
import { qualifiedGateway } from '../translate/http-routes.ts'
import type { AnalysisContext } from './context.ts'

/** Gateways that a VirtualService is bound to but that no resource declares (IST0101): it is served nowhere. */
export function findUnknownGateways({ config, damagedKinds, isMentionedUnread }: AnalysisContext): Diagnostic[] {
  if (damagedKinds.has('Gateway')) return []
  const known = new Set(config.gateways.map(({ namespace, name }) => `${namespace}/${name}`))
  return config.virtualServices.flatMap(({ spec, namespace, title, spanOf }) =>
    spec.gateways.flatMap((written, index) => {
      const name = qualifiedGateway(written, namespace)
      if (name === 'mesh' || known.has(name)) return []
      const path = ['spec', 'gateways', index]
      if (isMentionedUnread(name.slice(name.indexOf('/') + 1), spanOf(path))) return []
      const suggestion = nearest(name, known)
      return [
        diagnose('IST0101', {
          message: `no Gateway is called "${name}"`,
          span: spanOf(path),
          label: suggestion ? `did you mean "${suggestion}"?` : 'unknown gateway',
          path: formatPath(path),
          resource: title,
          why: 'the VirtualService is not served there',
          help: 'name a Gateway as namespace/name, or by its name alone where it is in the same namespace',
        }),
      ]
    }),
  )
}
