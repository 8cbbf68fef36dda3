import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { manifestOf, manifestTypes } from '../config/api-groups.ts'
import { type AnyResource, allResources } from '../config/resource.ts'
import { typeName } from '../config/resource-type.ts'
import { type Place, placeOfSchema, stepInto } from '../config/schema/message.ts'
import { camelCase } from '../config/yaml/field-name.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'

/** What to do instead of writing a deprecated field, or the deprecated fields below a field. `*` is every item of a list. */
interface Deprecated {
  readonly [field: string]: string | Deprecated
}

const deprecated: ReadonlyMap<string, Deprecated> = new Map(
  manifestTypes.flatMap(type => {
    const fields = deprecatedBelow(stepInto(placeOfSchema(manifestOf(type)), 'spec'))
    return fields ? [[typeName(type), fields] as const] : []
  }),
)

/** The deprecated fields below a place, as the messages name them; undefined where there are none. */
function deprecatedBelow(place: Place | undefined): Deprecated | undefined {
  switch (place?.kind) {
    case undefined:
      return undefined
    case 'list':
    case 'map': {
      const items = deprecatedBelow(placeOfSchema(place.kind === 'list' ? place.item : place.value))
      return items && { '*': items }
    }
    case 'message': {
      // Istio says it of the host's own policy only, not of those of its subsets.
      if (place.name === 'Subset') return undefined
      const fields = Object.keys(place.fields).flatMap(field => {
        const found = place.deprecated[field] ?? deprecatedBelow(stepInto(place, field))
        return found === undefined ? [] : [[field, found] as const]
      })
      return fields.length === 0 ? undefined : Object.fromEntries(fields)
    }
    default:
      return place satisfies never
  }
}

/** Fields that Istio means to drop (IST0002). They still do what they did. Source: Istio's API. */
export function findDeprecatedFields({ config }: ResourceContext): Diagnostic[] {
  return allResources(config).flatMap(deprecatedFieldsIn)
}

const deprecatedFieldsIn = rememberedAs('deprecated fields', (resource: AnyResource) => {
  const known = deprecated.get(typeName(resource))
  const spec = (resource.written as { readonly spec?: unknown } | null)?.spec
  return known ? fieldsIn(spec, known, ['spec']).map(({ path, instead }) => finding(resource, path, instead)) : []
})

interface DeprecatedField {
  readonly path: FieldPath
  readonly instead: string
}

function fieldsIn(written: unknown, known: Deprecated, path: FieldPath): DeprecatedField[] {
  if (typeof written !== 'object' || written === null) return []
  const fields = Array.isArray(written) ? [...written.entries()] : Object.entries(written)
  return fields.flatMap(([field, value]): DeprecatedField[] => {
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
    help: instead,
  })
}
