/** A JSON Schema of draft-07, which is what yaml-language-server understands best. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly deprecated?: true
  /** What editors show of a deprecated field; no keyword of JSON Schema. */
  readonly deprecationMessage?: string
  readonly type?: JsonType | readonly JsonType[]
  readonly const?: string
  readonly enum?: readonly (string | number)[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  /** What editors say where the pattern is not met; no keyword of JSON Schema. */
  readonly patternErrorMessage?: string
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: false | JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly if?: JsonSchema
  readonly then?: JsonSchema
  readonly definitions?: Readonly<Record<string, JsonSchema>>
}

type JsonType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null'

/** The schema of what must hold where a condition does. */
export function where(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema, and none of these is awaited.
  return { if: condition, then: consequence }
}
