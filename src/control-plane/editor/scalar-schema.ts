import { duration, durationInSeconds, durationOrOff, durationOrZero } from '../config/istio/scalar/duration.ts'
import { type Protocol, protocol } from '../config/istio/scalar/port.ts'
import { accepts, type CheckedSchema, problemsWith } from './ask-schema.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * The JSON Schema of a field that holds one scalar. The scalars of `config` are functions, and tell nothing of
 * themselves; but each says what it wants when it is given something else. So they are asked, in the way that the YAML
 * of an operator asks them: what an editor marks is what `check` finds.
 *
 * What Kubernetes takes is asked for, not what protobuf takes besides (numbers in quotes, enums by number).
 */
export function scalarSchema(schema: CheckedSchema): JsonSchema {
  const known = knownSchemas.get(bare(schema))
  if (known) return known
  const wrongType = problemsWith(schema, {}).find(({ code }) => code === 'SB2002')
  if (wrongType?.code !== 'SB2002') return {}
  switch (wrongType.expected) {
    case 'true or false':
      return { type: 'boolean' }
    case 'a whole number':
      return { type: 'integer', ...numbersOf(schema) }
    case 'a number':
      return { type: 'number', ...numbersOf(schema) }
    case 'text':
      return textSchema(schema)
    case 'a list':
      return { type: 'array' }
    case 'a mapping':
      return { type: 'object' }
    default:
      return wrongType.expected satisfies never
  }
}

const durationSchema: JsonSchema = {
  type: 'string',
  pattern: '^[-+]?(?:0|(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$',
  patternErrorMessage: 'A duration is a number and a unit, such as 5s, 250ms or 1m30s.',
}

/** The protocols are known by their type alone: the compiler sees to it that none is missing. */
const protocols = {
  HTTP: true,
  HTTP2: true,
  HTTPS: true,
  TLS: true,
  TCP: true,
  GRPC: true,
  'GRPC-WEB': true,
  MONGO: true,
  MYSQL: true,
  REDIS: true,
  UDP: true,
  HTTP_PROXY: true,
  HBONE: true,
  'DOUBLE-HBONE': true,
  AUTO: true,
} as const satisfies Record<Protocol, true>

/** Scalars that are better described than asked. */
const knownSchemas: ReadonlyMap<CheckedSchema, JsonSchema> = new Map<CheckedSchema, JsonSchema>([
  [duration, durationSchema],
  [durationOrOff, durationSchema],
  [durationOrZero, durationSchema],
  [durationInSeconds, durationSchema],
  // Letter case does not matter; capitals are offered.
  [
    protocol,
    { type: 'string', anyOf: [{ enum: Object.keys(protocols) }, { pattern: anyCase(Object.keys(protocols)) }] },
  ],
])

function anyCase(words: readonly string[]): string {
  const letters = (word: string) => word.replace(/[A-Z]/g, letter => `[${letter}${letter.toLowerCase()}]`)
  return `^(?:${words.map(letters).join('|')})$`
}

/** The schema inside of what makes it optional. */
function bare(schema: CheckedSchema): CheckedSchema {
  const { innerType } = schema.def as { readonly innerType?: CheckedSchema }
  return innerType ? bare(innerType) : schema
}

const strange = '????????'

function textSchema(schema: CheckedSchema): JsonSchema {
  const enumeration = numberedNames(schema) ?? offeredWords(schema)
  if (enumeration) return { type: 'string', enum: enumeration }
  return { type: 'string', ...(accepts(schema, '') ? {} : { minLength: 1 }) }
}

/** The names of an enum of protobuf, which can be written as numbers too: as many numbers, as many names. */
function numberedNames(schema: CheckedSchema): readonly string[] | undefined {
  const size = Array.from({ length: 64 }, (_, number) => accepts(schema, number)).filter(Boolean).length
  if (size === 0) return undefined
  const names = wordsOffered(schema)
  if (names.length !== size) throw new Error(`an enum of ${size} values offers ${names.join(', ') || 'none'}`)
  return names
}

/** The words of a text that can be nothing else. */
function offeredWords(schema: CheckedSchema): readonly string[] | undefined {
  const words = wordsOffered(schema)
  if (words.length < 2) return undefined
  return accepts(schema, '*') ? ['*', ...words] : words
}

/** What `check` offers in the place of a word that is not allowed: `write one of A, B` or `write A or B`. */
function wordsOffered(schema: CheckedSchema): string[] {
  const help = problemsWith(schema, strange).map(problem => ('help' in problem ? (problem.help ?? '') : ''))
  return help.flatMap(text => {
    const list =
      /^write one of (.+)$/.exec(text)?.[1]?.split(', ') ?? /^write (\w+) or (\w+)$/.exec(text)?.slice(1) ?? []
    return list.every(word => accepts(schema, word)) ? list : []
  })
}

// Numbers that some field or other takes: where to begin to look for its bounds.
const likelyNumbers = [1, 0, 100, 301, 65537]
const farthest = 2 ** 53
/** Bounds of protobuf's types say nothing of the field. */
const int32 = 2 ** 31

/** The bounds of what a field of numbers takes, or all of it where that is few numbers here and there. */
function numbersOf(schema: CheckedSchema): Pick<JsonSchema, 'minimum' | 'maximum' | 'enum'> {
  const taken = likelyNumbers.filter(number => accepts(schema, number))
  const [first] = taken
  if (first === undefined) return {}
  const from = farthestTaken(schema, first, -farthest)
  const to = farthestTaken(schema, first, farthest)
  const between = [from, to, ...taken, ...[0.25, 0.5, 0.75].map(share => Math.round(from + (to - from) * share))]
  if (!between.every(number => number >= from && number <= to && accepts(schema, number))) return scattered(schema)
  return { ...(from > -int32 && { minimum: from }), ...(to < int32 - 1 && { maximum: to }) }
}

/** The last number on the way from `taken` to `limit` that is taken too, where all before it are. */
function farthestTaken(schema: CheckedSchema, taken: number, limit: number): number {
  if (accepts(schema, limit)) return limit
  let [inside, outside] = [taken, limit]
  while (Math.abs(outside - inside) > 1) {
    const middle = inside + Math.trunc((outside - inside) / 2)
    if (accepts(schema, middle)) inside = middle
    else outside = middle
  }
  return inside
}

function scattered(schema: CheckedSchema): Pick<JsonSchema, 'enum'> {
  const few = Array.from({ length: 1000 }, (_, number) => number).filter(number => accepts(schema, number))
  // In protobuf, 0 is the same as none.
  const numbers = few.filter(number => number !== 0)
  return numbers.length > 0 && numbers.length < 20 ? { enum: numbers } : {}
}
