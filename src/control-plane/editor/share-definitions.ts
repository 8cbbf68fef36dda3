import { type JsonSchema, where } from './json-schema.ts'

/** A schema in which what stands in several places stands once, among the definitions, by the name of its type. */
export function shareDefinitions(schema: JsonSchema): JsonSchema {
  const counts = new Map<string, number>()
  visit(schema, each => {
    const key = keyOf(each)
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  })
  const names = new Map<string, string>()
  const definitions: Record<string, JsonSchema> = {}
  const share = (each: JsonSchema): JsonSchema => {
    const key = keyOf(each)
    if (key === undefined || (counts.get(key) ?? 0) < 2) return mapInside(each, share)
    let name = names.get(key)
    if (name === undefined) {
      name = freeName(each.title!, definitions)
      names.set(key, name)
      // Taken before what is inside is looked at, which has names of its own.
      definitions[name] = {}
      definitions[name] = mapInside(withoutWords(each), share)
    }
    return { ...wordsOf(each), $ref: `#/definitions/${name}` }
  }
  const shared = mapInside(schema, share)
  const all = { ...shared.definitions, ...definitions }
  return Object.keys(all).length === 0 ? shared : { ...shared, definitions: all }
}

/** What two places must have in common to share a definition; undefined for what is too little to be shared. */
function keyOf(schema: JsonSchema): string | undefined {
  return schema.title === undefined || schema.properties === undefined
    ? undefined
    : JSON.stringify(withoutWords(schema))
}

/** The words that are about the place rather than the type stay at the place. */
function wordsOf({ description, deprecated, deprecationMessage }: JsonSchema): JsonSchema {
  return {
    ...(description && { description }),
    ...(deprecated && { deprecated, deprecationMessage: deprecationMessage! }),
  }
}

function withoutWords({ description: _, deprecated: __, deprecationMessage: ___, ...rest }: JsonSchema): JsonSchema {
  return rest
}

function freeName(title: string, taken: Readonly<Record<string, unknown>>): string {
  let name = title
  for (let number = 2; Object.hasOwn(taken, name); number++) name = `${title}${number}`
  return name
}

function visit(schema: JsonSchema, see: (schema: JsonSchema) => void): void {
  mapInside(schema, each => {
    see(each)
    visit(each, see)
    return each
  })
}

/** The schema with `change` applied to each schema right inside of it. */
function mapInside(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, anyOf, allOf, definitions } = schema
  const ofRecord = (record: Readonly<Record<string, JsonSchema>>) =>
    Object.fromEntries(Object.entries(record).map(([name, each]) => [name, change(each)]))
  return {
    ...schema,
    ...(properties && { properties: ofRecord(properties) }),
    ...(items && { items: change(items) }),
    ...(additionalProperties && { additionalProperties: change(additionalProperties) }),
    ...(anyOf && { anyOf: anyOf.map(change) }),
    ...(allOf && { allOf: allOf.map(change) }),
    ...(schema.if && schema.then && where(schema.if, change(schema.then))),
    ...(definitions && { definitions: ofRecord(definitions) }),
  }
}
