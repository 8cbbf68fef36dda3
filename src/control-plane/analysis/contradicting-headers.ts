import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'

type Headers = NonNullable<HttpRule['headers']>

/** Headers that one block of operations both sets and removes (SB6013). */
export function findContradictingHeaders({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(contradictingHeadersIn)
}

const contradictingHeadersIn = rememberedAs('contradicting headers', (virtualService: VirtualServiceResource) =>
  virtualService.spec.http.flatMap(({ headers, route }, index) => {
    const rule = ['spec', 'http', index]
    return [
      ...contradictions(virtualService, headers, [...rule, 'headers']),
      ...route.flatMap((each, at) => contradictions(virtualService, each.headers, [...rule, 'route', at, 'headers'])),
    ]
  }),
)

function contradictions(
  { title, spanOf, keySpanOf }: VirtualServiceResource,
  headers: Headers | undefined,
  path: FieldPath,
): Diagnostic[] {
  return (['request', 'response'] as const).flatMap(direction => {
    const { set = {}, remove = [] } = headers?.[direction] ?? {}
    const names = new Map(Object.keys(set).map(name => [name.toLowerCase(), name]))
    return remove.flatMap((name, index) => {
      const written = names.get(name.toLowerCase())
      // To set a header to nothing is to remove it.
      if (written === undefined || set[written] === '') return []
      const place = [...path, direction, 'remove', index]
      return [
        diagnose('SB6013', {
          message: `the header "${name}" is both removed and set`,
          span: spanOf(place),
          path: formatPath(place),
          resource: title,
          why: 'the result has the header: it is removed before it is set',
          help: 'keep one of the two: `set` replaces an existing value',
          related: [{ message: 'set here', span: keySpanOf([...path, direction, 'set', written]) }],
        }),
      ]
    })
  })
}
