import { apiGroups, type ManifestType, manifestOf, manifestTypes } from '../config/api-groups.ts'
import { meshConfig } from '../config/istio/mesh-config.ts'
import { type ResourceType, typeName } from '../config/resource-type.ts'
import { placeOfSchema } from '../config/schema/message.ts'
import { fieldEffects, meshEffects } from '../effects/field-effects.ts'
import { type Target, targetNames, targets } from '../effects/target.ts'
import { type JsonSchema, where } from './json-schema.ts'
import { schemaOf } from './schema-of.ts'
import { shareDefinitions } from './share-definitions.ts'

/** The file whose schema is for everything in a folder of routes. */
export const routesSchemaFile = 'routes.schema.json'

/**
 * The JSON Schemas that editors read, by file name: one for each kind of resource, and one for whatever stands in a
 * folder of routes, `mesh.yaml` among it. They are made of the schemas that `check` uses, so that what an editor marks is
 * what `check` finds, and of the table of effects: each description says what the field does at the edge.
 *
 * @param target what the routes are to be carried out by; without one, the descriptions tell of all targets
 */
export function editorSchemas(target?: Target): ReadonlyMap<string, JsonSchema> {
  const about = target === undefined ? targets : [target]
  const kinds = manifestTypes.map(type => [type, manifestSchema(type, about)] as const)
  return new Map<string, JsonSchema>([
    ...kinds.map(([{ kind }, schema]) => [`${kebabCase(kind)}.schema.json`, finished(schema)] as const),
    [routesSchemaFile, finished(routesSchema(kinds, about))],
  ])
}

const draft = 'http://json-schema.org/draft-07/schema#'

function finished(schema: JsonSchema): JsonSchema {
  return { $schema: draft, ...shareDefinitions(schema) }
}

/** `VirtualService` as `virtual-service`. */
function kebabCase(kind: string): string {
  return kind.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()
}

function apiVersionsOf(group: ManifestType['group']): string[] {
  return apiGroups[group].versions.map(version => `${group}/${version}`)
}

function manifestSchema(type: ManifestType, about: readonly Target[]): JsonSchema {
  const { group, kind } = type
  const schema = manifestOf(type)
  const around = { inherited: false, targets: about }
  // The table of effects is about the spec; what stands around it names the resource, and works.
  const { properties = {}, ...rest } = schemaOf(schema, { ...around, effect: 'none' })
  const place = placeOfSchema(schema)
  if (place?.kind !== 'message') throw new Error(`the schema of ${kind} is no message`)
  const spec = schemaOf(place.fields.spec, { ...around, effect: fieldEffects[typeName(type)] })
  return {
    ...rest,
    title: kind,
    description: `${kind} of ${apiGroups[group].title}${about.length === 1 ? `, on ${targetNames[about[0]!]}` : ''}.`,
    properties: {
      ...properties,
      apiVersion: {
        description: 'The versions are read alike.',
        type: 'string',
        enum: apiVersionsOf(group),
      },
      kind: { type: 'string', const: kind },
      spec: { ...(properties.spec?.description ? { description: properties.spec.description } : {}), ...spec },
    },
    required: ['apiVersion', 'kind', ...(rest.required ?? [])],
  }
}

function routesSchema(kinds: readonly (readonly [ManifestType, JsonSchema])[], about: readonly Target[]): JsonSchema {
  const ofResources = ['apiVersion', 'kind', 'metadata', 'spec', 'items']
  return {
    title: 'routes',
    description: "A file of a folder of routes: Istio's traffic rules, or the mesh settings of mesh.yaml.",
    // A document of nothing but comments is null.
    type: ['object', 'null'],
    properties: {
      // Resources of other kinds may stand there as well; `check` names them as ignored.
      apiVersion: {
        anyOf: [
          { enum: Object.keys(apiGroups).flatMap(group => apiVersionsOf(group as ManifestType['group'])) },
          { type: 'string' },
        ],
      },
      kind: { anyOf: [{ enum: [...new Set(manifestTypes.map(({ kind }) => kind))] }, { type: 'string' }] },
    },
    allOf: [
      ...kinds.map(([type, schema]) => where(isOfType(type), withTitle(schema, `${type.kind}Resource`))),
      ...manifestTypes.map(({ group, kind }) =>
        where(isOfType({ group, kind: `${kind}List` }), listOf({ type: 'object' })),
      ),
      where({ type: 'object', required: ['kind'], properties: { kind: { const: 'List' } } }, listOf({ $ref: '#' })),
      // What is no resource, and shows no sign of becoming one, is mesh settings.
      where(
        { type: 'object', not: { anyOf: ofResources.map(field => ({ required: [field] })) } },
        schemaOf(meshConfig, { effect: meshEffects, inherited: false, targets: about }),
      ),
    ],
  }
}

function isOfType({ group, kind }: ResourceType): JsonSchema {
  // Other groups have a Gateway, too. Where no group is said, this one is meant.
  const properties = { apiVersion: { pattern: `^${group.replaceAll('.', '\\.')}/` }, kind: { const: kind } }
  return { type: 'object', required: ['kind'], properties }
}

/** A list of resources; the items of a list of one kind may leave out what the list says. */
function listOf(items: JsonSchema): JsonSchema {
  return { properties: { items: { type: 'array', items } } }
}

function withTitle(schema: JsonSchema, title: string): JsonSchema {
  return { ...schema, title }
}
