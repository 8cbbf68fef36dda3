import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { type AnyResource, allResources } from '../config/resource.ts'
import { camelCase } from '../config/yaml/field-name.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'

/** What to write instead of a deprecated field, or the fields below a field. `*` is every item of a list. */
interface Deprecated {
  readonly [field: string]: string | Deprecated
}

const trafficPolicy: Deprecated = {
  loadBalancer: { consistentHash: { minimumRingSize: '`ringHash: {minimumRingSize: …}`' } },
  outlierDetection: { consecutiveErrors: '`consecutive5xxErrors` or `consecutiveGatewayErrors`' },
}

const deprecated: Partial<Record<AnyResource['kind'], Deprecated>> = {
  VirtualService: {
    http: {
      '*': {
        fault: { delay: { percent: '`percentage: {value: …}`' } },
        mirrorPercent: '`mirrorPercentage: {value: …}`',
        corsPolicy: { allowOrigin: '`allowOrigins`, each as `exact`, `prefix` or `regex`' },
      },
    },
  },
  // Istio says it of the host's own policy only.
  DestinationRule: { trafficPolicy: { ...trafficPolicy, portLevelSettings: { '*': trafficPolicy } } },
}

/** Fields that Istio means to drop (IST0002). They still do what they did. Source: Istio's API. */
export function findDeprecatedFields({ config }: ResourceContext): Diagnostic[] {
  return allResources(config).flatMap(deprecatedFieldsIn)
}

const deprecatedFieldsIn = rememberedAs('deprecated fields', (resource: AnyResource) => {
  const known = deprecated[resource.kind]
  const spec = (resource.written as { readonly spec?: unknown } | null)?.spec
  return known ? fieldsIn(spec, known, ['spec']).map(({ path, instead }) => finding(resource, path, instead)) : []
})

interface Found {
  readonly path: FieldPath
  readonly instead: string
}

function fieldsIn(written: unknown, known: Deprecated, path: FieldPath): Found[] {
  if (typeof written !== 'object' || written === null) return []
  const fields = Array.isArray(written) ? [...written.entries()] : Object.entries(written)
  return fields.flatMap(([field, value]): Found[] => {
    const name = camelCase(String(field))
    const found = known['*'] ?? (Object.hasOwn(known, name) ? known[name] : undefined)
    if (found === undefined || value === null) return []
    const place = [...path, field]
    return typeof found === 'string' ? [{ path: place, instead: found }] : fieldsIn(value, found, place)
  })
}

function finding(resource: AnyResource, path: FieldPath, instead: string): Diagnostic {
  return diagnose('IST0002', {
    message: `\`${path.at(-1)}\` is deprecated`,
    span: resource.keySpanOf(path),
    path: formatPath(path),
    resource: resource.title,
    why: 'a later version of Istio may no longer read it',
    help: `write ${instead}`,
  })
}
