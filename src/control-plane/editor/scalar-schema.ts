import type { ScalarShape } from '../config/schema/scalar-field.ts'
import type { JsonSchema } from './json-schema.ts'

/** The JSON Schema of a scalar, made of what it says of itself. */
export function scalarSchema(shape: ScalarShape): JsonSchema {
  if (shape.type !== 'string') return shape
  const { isAnyCase, pattern, ...rest } = shape
  if (isAnyCase && rest.enum) return anyCaseSchema(rest.enum)
  return { ...rest, ...(pattern && { pattern: pattern.regex, patternErrorMessage: pattern.words }) }
}

/** Letter case does not matter; the words are offered as they stand. */
function anyCaseSchema(words: readonly string[]): JsonSchema {
  const letters = (word: string) => word.replace(/[A-Z]/g, letter => `[${letter}${letter.toLowerCase()}]`)
  return { type: 'string', anyOf: [{ enum: words }, { pattern: `^(?:${words.map(letters).join('|')})$` }] }
}
