import { isVerdict } from '../analysis/field-effects.ts'
import type { Target } from '../analysis/target.ts'
import { type Place, placeOfSchema } from '../config/schema/message.ts'
import { accepts, type CheckedSchema, problemsWith } from './ask-schema.ts'
import { effectBelow, effectWords, type KnownEffect } from './effect-words.ts'
import { deprecatedFields, fieldWords } from './field-words.ts'
import type { JsonSchema } from './json-schema.ts'
import { scalarSchema } from './scalar-schema.ts'

/** What the JSON Schema of a place depends on besides the place. */
export interface Around {
  /** What the field does, or the fields below it do; `none` where effects are not what a field is about. */
  readonly effect: KnownEffect | 'none'
  /** Whether the effect is said of a field around it. */
  readonly inherited: boolean
  /** The targets whose effects are told. */
  readonly targets: readonly Target[]
}

type Message = Extract<Place, { kind: 'message' }>

/** The JSON Schema of what `check` takes at a place, with what each field does. */
export function schemaOf(schema: CheckedSchema, around: Around): JsonSchema {
  const place = placeOfSchema(schema)
  switch (place?.kind) {
    case undefined:
      return scalarSchema(schema)
    case 'list':
      return { type: 'array', items: schemaOf(place.item, below(around, '*')) }
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(place.value, below(around, '*')) }
    case 'message':
      return messageSchema(place, schema, around)
    default:
      return place satisfies never
  }
}

function below(around: Around, step: string): Around {
  return around.effect === 'none' ? around : { ...around, ...effectBelow(around.effect, step) }
}

function messageSchema(place: Message, schema: CheckedSchema, around: Around): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  for (const [field, fieldSchema] of Object.entries(place.fields)) {
    const inside = below(around, field)
    const description = [fieldWords[place.name]?.[field] ?? '', effectOf(inside)].filter(Boolean).join('\n\n')
    const instead = deprecatedFields[place.name]?.[field]
    properties[field] = {
      ...(description && { description }),
      ...(instead !== undefined && { deprecated: true, deprecationMessage: instead }),
      ...schemaOf(fieldSchema as CheckedSchema, inside),
    }
  }
  return {
    title: place.name,
    type: 'object',
    properties,
    ...neededBy(place, schema),
    ...(isOpen(schema) ? {} : { additionalProperties: false }),
  }
}

function effectOf({ effect, inherited, targets }: Around): string {
  if (effect === 'none' || (effect !== undefined && !isVerdict(effect))) return ''
  return effectWords(effect, targets, inherited)
}

/** Whether fields that are not listed are taken too. */
function isOpen(schema: CheckedSchema): boolean {
  const result = schema.safeParse({ [strangeField]: 1 })
  return result.success || !result.error.issues.some(({ code }) => code === 'unrecognized_keys')
}

const strangeField = '????'

/** The fields that a message cannot be without, alone or one of several. */
function neededBy({ fields }: Message, schema: CheckedSchema): Pick<JsonSchema, 'required' | 'anyOf'> {
  const required = Object.keys(fields).filter(field => !accepts(fields[field] as CheckedSchema, undefined))
  const alternatives: JsonSchema[][] = []
  for (const problem of problemsWith(schema, {})) {
    const missed = problem.code === 'SB2003' ? (problem.missed ?? []) : []
    if (missed.length === 1 && isAlwaysNeeded(missed[0]!, fields, schema)) required.push(missed[0]!)
    if (missed.length > 1) alternatives.push(missed.map(field => ({ required: [field] })))
  }
  const [anyOf] = alternatives
  return { ...(required.length > 0 && { required: [...new Set(required)] }), ...(anyOf && { anyOf }) }
}

/** Whether no other field makes up for a missing one, as `network` does for `address`. */
function isAlwaysNeeded(missing: string, fields: Message['fields'], schema: CheckedSchema): boolean {
  const others = Object.keys(fields).filter(field => field !== missing)
  return !others.some(field => ['x', 1, true, {}, []].some(value => accepts(schema, { [field]: value })))
}
