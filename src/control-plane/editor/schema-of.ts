import { isRequired, type MessagePlace, placeOfSchema } from '../config/schema/message.ts'
import { shapeOfScalar } from '../config/schema/scalar-field.ts'
import { effectBelow, effectWords, type KnownEffect } from '../effects/effect-words.ts'
import { isVerdict } from '../effects/field-effects.ts'
import type { Target } from '../effects/target.ts'
import { fieldWords } from './field-words.ts'
import type { JsonSchema } from './json-schema.ts'
import { scalarSchema } from './scalar-schema.ts'

/** What the JSON Schema of a place depends on besides the place. */
export interface Around {
  /** What the field does, or the fields below it do; `none` where effects are not what a field is about. */
  readonly effect: KnownEffect | 'none'
  /** Whether the effect is said of a field around it. */
  readonly inherited: boolean
  /** The targets whose effects are described. */
  readonly targets: readonly Target[]
}

/** The JSON Schema of what `check` takes at a place, with what each field does. */
export function schemaOf(schema: unknown, around: Around): JsonSchema {
  const place = placeOfSchema(schema)
  switch (place?.kind) {
    case undefined: {
      const shape = shapeOfScalar(schema)
      return shape ? scalarSchema(shape) : {}
    }
    case 'list':
      return { type: 'array', items: schemaOf(place.item, below(around, '*')) }
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(place.value, below(around, '*')) }
    case 'message':
      return messageSchema(place, around)
    default:
      return place satisfies never
  }
}

function below(around: Around, step: string): Around {
  return around.effect === 'none' ? around : { ...around, ...effectBelow(around.effect, step) }
}

function messageSchema(place: MessagePlace, around: Around): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  for (const [field, fieldSchema] of Object.entries(place.fields)) {
    const inside = below(around, field)
    const description = [fieldWords[place.name]?.[field] ?? '', effectOf(inside)].filter(Boolean).join('\n\n')
    const instead = place.deprecated[field]
    properties[field] = {
      ...(description && { description }),
      ...(instead !== undefined && { deprecated: true, deprecationMessage: `${capital(instead)}.` }),
      ...schemaOf(fieldSchema, inside),
    }
  }
  return {
    title: place.name,
    type: 'object',
    properties,
    ...neededBy(place),
    ...(place.isOpen ? {} : { additionalProperties: false }),
  }
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
}

function effectOf({ effect, inherited, targets }: Around): string {
  if (effect === 'none' || (effect !== undefined && !isVerdict(effect))) return ''
  return effectWords(effect, targets, inherited)
}

/** The fields that a message cannot be without, alone or one of several. */
function neededBy({ fields, needs }: MessagePlace): Pick<JsonSchema, 'required' | 'anyOf'> {
  const alone = needs.flatMap(oneOf => (oneOf.length === 1 ? oneOf : []))
  const required = [...Object.keys(fields).filter(field => isRequired(fields[field])), ...alone]
  const several = needs.find(oneOf => oneOf.length > 1)
  return {
    ...(required.length > 0 && { required }),
    ...(several && { anyOf: several.map(field => ({ required: [field] })) }),
  }
}
