import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'

/** Above it, Istio warns too. */
const usualBodyBytes = 100 * 1024

/** Bodies of direct responses that are large for something that every table carries (SB6014). */
export function findLargeBodies({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(largeBodiesIn)
}

const largeBodiesIn = rememberedAs('large bodies', ({ spec, title, keySpanOf }: VirtualServiceResource) =>
  spec.http.flatMap(({ directResponse }, index) => {
    const { string, bytes } = directResponse?.body ?? {}
    const size = string === undefined ? ((bytes?.length ?? 0) * 3) / 4 : new TextEncoder().encode(string).length
    if (size <= usualBodyBytes) return []
    const path = ['spec', 'http', index, 'directResponse', 'body', string === undefined ? 'bytes' : 'string']
    return [
      diagnose('SB6014', {
        message: `the body has ${Math.ceil(size / 1024)} KiB`,
        span: keySpanOf(path),
        path: formatPath(path),
        resource: title,
        why: 'every published table carries it, and every instance holds it in memory',
        help: 'serve it from an origin',
      }),
    ]
  }),
)
