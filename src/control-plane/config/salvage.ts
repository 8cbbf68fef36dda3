import type { z } from 'zod'

// Each round takes away what the round before found; taking a field away can make another one missed.
const mostRounds = 8

/**
 * What is left of data that breaks its schema once every faulty field is taken away; undefined where nothing sound
 * remains. It is good for judging what else is wrong (a reference in a rule beside the faulty one), never for serving.
 */
export function salvage<Schema extends z.ZodType>(schema: Schema, data: unknown): Salvaged<Schema> | undefined {
  let rest = data
  for (let round = 0; round < mostRounds; round++) {
    const result = schema.safeParse(rest)
    if (result.success) return { value: result.data, written: rest }
    const before = rest
    for (const issue of result.error.issues) {
      const names = issue.code === 'unrecognized_keys' ? issue.keys : []
      for (const name of names) rest = without(rest, [...issue.path, name])
      if (names.length === 0) rest = without(rest, issue.path)
    }
    if (rest === before) return undefined
  }
  return undefined
}

export interface Salvaged<Schema extends z.ZodType> {
  readonly value: z.output<Schema>
  /** The data that it was decoded from. */
  readonly written: unknown
}

/**
 * A copy of `data` without the field at `path`; without the nearest field around it where the path leads to an item of
 * a list (taking that away would renumber the others) or to a field that is missing.
 */
function without(data: unknown, path: readonly PropertyKey[]): unknown {
  for (let length = path.length; length > 0; length--) {
    const copy = copyWithout(data, path.slice(0, length))
    if (copy !== data) return copy
  }
  return data
}

function copyWithout(data: unknown, [step, ...deeper]: readonly PropertyKey[]): unknown {
  if (typeof data !== 'object' || data === null || step === undefined || !Object.hasOwn(data, step)) return data
  const isList = Array.isArray(data)
  if (deeper.length === 0) {
    if (isList) return data
    const { [step]: _, ...rest } = data as Record<PropertyKey, unknown>
    return withoutPrototype(rest)
  }
  const value = (data as Record<PropertyKey, unknown>)[step]
  const changed = copyWithout(value, deeper)
  if (changed === value) return data
  return isList ? data.with(Number(step), changed) : withoutPrototype({ ...data, [step]: changed })
}

/** Mappings of plain data have no prototype, so that no key means more than its text. */
function withoutPrototype(fields: object): object {
  return Object.assign(Object.create(null), fields)
}
