import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'

/** CORS policies that let every origin send credentials (SB6012). */
export function findSharedCredentials({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(sharedCredentialsIn)
}

const sharedCredentialsIn = rememberedAs('shared credentials', ({ spec, title, spanOf }: VirtualServiceResource) =>
  spec.http.flatMap(({ corsPolicy }, index) => {
    if (!corsPolicy?.allowCredentials) return []
    const { allowOrigins, allowOrigin } = corsPolicy
    const isOpen = allowOrigins.some(({ exact, regex }) => exact === '*' || regex === '.*') || allowOrigin.includes('*')
    if (!isOpen) return []
    const path = ['spec', 'http', index, 'corsPolicy', 'allowCredentials']
    return [
      diagnose('SB6012', {
        message: 'every origin is allowed, with credentials',
        span: spanOf(path),
        label: 'for every site',
        path: formatPath(path),
        resource: title,
        why: 'the response allows the origin of the request, so that any site may read what its visitors see here',
        help: 'list the origins that may send credentials, or remove `allowCredentials`',
      }),
    ]
  }),
)
