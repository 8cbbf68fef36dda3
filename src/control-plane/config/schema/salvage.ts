import type { z } from 'zod'
import type { FieldPath } from '../yaml/field-path.ts'
import { type Place, placeOfSchema, type StandIn, stepInto } from './message.ts'
import { parseResource } from './parse-resource.ts'

// Each round takes away what the round before found; taking a field away can make another one missed.
const mostRounds = 8

/**
 * What is left of data that breaks its schema once every faulty field is taken away; undefined where nothing sound
 * remains. It is good for judging what else is wrong (a reference in a rule beside the faulty one), never for serving.
 *
 * @param lost what is missing in the data already
 */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  lost: readonly Path[] = [],
): Salvaged<Schema> | undefined {
  const root = placeOfSchema(schema)
  let rest = data
  const removed: Path[] = [...lost]
  for (let round = 0; round < mostRounds; round++) {
    const result = parseResource(schema, rest)
    if (result === undefined) return undefined
    if (result.success) {
      if (typeof rest === 'object' && rest !== null) removedPaths.set(rest, removed)
      return { value: result.data, written: rest }
    }
    const faulty = result.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys' ? issue.keys.map(name => [...issue.path, name]) : [issue.path],
    )
    const before = rest
    for (const path of faulty) {
      const standIn = standInAt(root, path)
      removed.push(standIn ? [...path, standIn.lost] : path)
    }
    rest = without(rest, faulty, path => standInAt(root, path))
    if (rest === before) return undefined
  }
  return undefined
}

export interface Salvaged<Schema extends z.ZodType> {
  readonly value: z.output<Schema>
  /** The data that it was decoded from. */
  readonly written: unknown
}

type Path = readonly PropertyKey[]

const removedPaths = new WeakMap<object, readonly Path[]>()

/**
 * Where fields were taken away from what is `written` in a damaged resource: at these paths, or around them. Nothing
 * where all is sound.
 */
export function removedFrom(written: unknown): readonly Path[] {
  return (typeof written === 'object' && written !== null && removedPaths.get(written)) || []
}

/** What stands for the item of a list at `path`, where its message says so. */
function standInAt(root: Place | undefined, path: Path): StandIn | undefined {
  if (typeof path.at(-1) !== 'number') return undefined
  const place = (path as FieldPath).reduce<Place | undefined>(stepInto, root)
  return place?.kind === 'message' ? place.standIn : undefined
}

/**
 * A copy of `data` without the fields at `paths`; without the nearest field around one where its path leads to an item
 * of a list (taking that away would renumber the others) or to a field that is missing. The same data where none of
 * that can be done. What has a stand-in is replaced.
 */
function without(data: unknown, paths: readonly Path[], standInFor: (path: Path) => StandIn | undefined): unknown {
  // What stands on a path is copied once, however many paths lead through it; aliases may share the originals.
  const copies = new Set<object>()
  const cut = new Set<string>()
  let rest = data
  for (const path of paths) {
    // What was around it is gone: the nearest field that is left is not at fault.
    if (path.some((_, index) => cut.has(JSON.stringify(path.slice(0, index + 1))))) continue
    const standIn = standInFor(path)
    const length = standIn ? path.length : lengthRemovable(rest, path)
    if (length === 0) continue
    cut.add(JSON.stringify(path.slice(0, length)))
    rest = owned(rest, copies)
    let around = rest as Record<PropertyKey, unknown>
    for (const step of path.slice(0, length - 1)) {
      around[step] = owned(around[step], copies)
      around = around[step] as Record<PropertyKey, unknown>
    }
    const last = path[length - 1]!
    if (standIn) around[last] = standIn.instead(around[last])
    else delete around[last]
  }
  return rest
}

/** How many steps of `path` lead to a field of a mapping that exists: the last such field is what can be removed. */
function lengthRemovable(data: unknown, path: Path): number {
  let length = 0
  let value = data
  for (const [index, step] of path.entries()) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return length
    if (!Array.isArray(value)) length = index + 1
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return length
}

/** A copy of `value` of our own. Mappings of plain data have no prototype, so that no key means more than its text. */
function owned(value: unknown, copies: Set<object>): unknown {
  if (copies.has(value as object)) return value
  const copy = Array.isArray(value) ? [...value] : Object.assign(Object.create(null), value)
  copies.add(copy)
  return copy
}
