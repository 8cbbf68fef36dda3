import { z } from 'zod'
import { camelCase } from '../yaml/field-name.ts'
import type { FieldPath } from '../yaml/field-path.ts'
import { type Problem, type Report, reportInto } from './problem.ts'

/** The type that a schema decodes to. Nothing changes a resource after it was read. */
export type Decoded<Schema extends z.ZodType> = Frozen<z.output<Schema>>

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T

/** How messages describe a place in the schema, and what it may hold. */
export type Place =
  | MessagePlace
  | { readonly kind: 'list'; readonly item: z.ZodType }
  | { readonly kind: 'map'; readonly value: z.ZodType }

export interface MessagePlace {
  readonly kind: 'message'
  readonly name: string
  readonly fields: z.ZodRawShape
  readonly mainField?: string
  /** Whether fields that are not listed are taken, too. */
  readonly isOpen: boolean
  /** Fields that are not required by themselves: of each list one must be there. */
  readonly needs: readonly (readonly string[])[]
  /** What to do instead of writing a field that is deprecated. */
  readonly deprecated: Readonly<Record<string, string>>
  readonly standIn?: StandIn
}

/** What stands for an item of a list of which nothing sound is left, so that the other items keep their numbers. */
export interface StandIn {
  readonly instead: (written: unknown) => unknown
  /** The field that it has lost. */
  readonly lost: string
}

/** Fields one of which must be there, and what is said where none is. */
interface Need<Field extends string> {
  readonly oneOf: readonly Field[]
  readonly message: string
  readonly help?: string
  /** Whether an empty text counts as none; then it is checked once every field is sound. */
  readonly orEmpty?: boolean
}

/** What is checked beyond the single fields. */
export interface MessageRules<Fields> {
  /** As `presence`, of fields of which one must be there; an empty list counts as absent here, too. */
  readonly needs?: readonly Need<string & keyof Fields>[]
  /**
   * Which fields may stand together. Runs whatever the fields hold, so that a fault in one of them hides nothing.
   * An empty list counts as absent, as in protobuf.
   */
  readonly presence?: (has: (field: string & keyof Fields) => boolean, report: Report) => void
  /** Runs once every field is sound. */
  readonly values?: (fields: Fields, report: Report) => void
  /**
   * Compares fields with each other, whatever is wrong with the others: what it looks into must be asked for with
   * `isSound`, for anything can stand in a faulty field.
   */
  readonly between?: (fields: Fields, report: Report, isSound: IsSound) => void
  /** Whether fields that are not listed are taken as they are, unread. */
  readonly isOpen?: boolean
  /** The field that a bare value was probably meant for: `percentage: 5` wants `percentage: {value: 5}`. */
  readonly mainField?: string & keyof Fields
  /** Fields that Istio means to drop, and what to do instead: `write ...`. */
  readonly deprecated?: { readonly [Field in string & keyof Fields]?: string }
  readonly standIn?: StandIn
}

/** Whether the field that a path leads to holds what its schema says: no fault in it, below it, or in its type above. */
export type IsSound = (...path: FieldPath) => boolean

const places = new WeakMap<z.ZodType, Place>()

/**
 * The schema of a message of Istio's API, by its type name.
 *
 * As protobuf's JSON form has it, a field that is null is absent, and a snake_case name stands for the camelCase one.
 */
export function message<Shape extends z.ZodRawShape>(
  name: string,
  shape: Shape,
  rules: MessageRules<z.output<z.ZodObject<Shape>>> = {},
) {
  const { needs = [], values, between, isOpen = false, mainField, deprecated = {}, standIn } = rules
  const presence = presenceOf(rules)
  let fields: z.ZodType<z.output<z.ZodObject<Shape>>> = (isOpen ? z.looseObject(shape) : z.strictObject(shape)) as never
  if (presence) fields = fields.check(z.superRefine(checkPresence(presence), { when: holdsFields }))
  if (between) fields = fields.check(z.superRefine(checkBetween(between), { when: holdsFields }))
  for (const need of needs.filter(({ orEmpty }) => orEmpty)) {
    fields = fields.check(
      z.superRefine((value, payload) => {
        if (!need.oneOf.some(field => value[field])) reportInto(payload.issues)(missing(need))
      }),
    )
  }
  if (values) fields = fields.check(z.superRefine((value, payload) => values(value, reportInto(payload.issues))))
  const schema = z.preprocess(written => normalFields(written, shape), fields)
  places.set(schema, {
    kind: 'message',
    name,
    fields: shape,
    ...(mainField !== undefined && { mainField }),
    isOpen,
    needs: needs.map(({ oneOf }) => oneOf),
    deprecated: deprecated as Readonly<Record<string, string>>,
    ...(standIn && { standIn }),
  })
  return schema
}

function presenceOf<Fields>({ needs = [], presence }: MessageRules<Fields>): MessageRules<Fields>['presence'] {
  const ofPresence = needs.filter(({ orEmpty }) => !orEmpty)
  if (ofPresence.length === 0) return presence
  return (has, report) => {
    for (const need of ofPresence) if (!need.oneOf.some(has)) report(missing(need))
    presence?.(has, report)
  }
}

function missing({ oneOf, message, help }: Need<string>): Problem {
  return { code: 'SB2003', message, ...(help !== undefined && { help }), missed: oneOf }
}

/** A repeated field: absent is `[]`. */
export function listOf<Item extends z.ZodType>(item: Item) {
  const list = z.array(item)
  places.set(list, { kind: 'list', item })
  return list.default([])
}

/**
 * A map with keys that the operator chose: absent is `{}`. The map has no prototype, so that no key means more than
 * its text.
 */
export function mapOf<Value extends z.ZodType>(
  value: Value,
  checkKey: (key: string, report: Report) => void = () => {},
): z.ZodDefault<z.ZodType<Record<string, z.output<Value>>>> {
  const map: z.ZodType<Record<string, z.output<Value>>> = z.transform((written: unknown, payload) => {
    if (!isMapping(written)) {
      reportInto(payload.issues)({ code: 'SB2002', expected: 'a mapping' })
      return z.NEVER
    }
    const decoded: Record<string, z.output<Value>> = Object.create(null)
    for (const key of Object.keys(written)) {
      checkKey(key, problem => reportInto(payload.issues)({ ...problem, at: [key], meansKey: true } as typeof problem))
      const result = value.safeParse(written[key])
      if (result.success) decoded[key] = result.data
      else
        for (const issue of result.error.issues) payload.issues.push({ ...issue, path: [key, ...issue.path] } as never)
    }
    return decoded
  }) as never
  places.set(map, { kind: 'map', value })
  return map.default(() => emptyMap as Record<string, z.output<Value>>)
}

const emptyMap: Readonly<Record<string, never>> = Object.freeze(Object.create(null))

/** What a schema holds, seen through the wrappers of zod; undefined for a scalar. */
export function placeOfSchema(schema: unknown): Place | undefined {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.def.innerType
  return places.get(inner as z.ZodType)
}

/** Whether a field with this schema cannot be absent. */
export function isRequired(schema: unknown): boolean {
  return !(schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
}

/** The schema one step below `place`. */
export function stepInto(place: Place | undefined, step: string | number): Place | undefined {
  switch (place?.kind) {
    case undefined:
      return undefined
    case 'message':
      return placeOfSchema(Object.hasOwn(place.fields, step) ? place.fields[step] : undefined)
    case 'list':
      return placeOfSchema(place.item)
    case 'map':
      return placeOfSchema(place.value)
    default:
      return place satisfies never
  }
}

function checkPresence<Fields>(presence: NonNullable<MessageRules<Fields>['presence']>) {
  return (fields: Fields, payload: z.core.$RefinementCtx<Fields>) => {
    const has = (field: string & keyof Fields) => {
      const value = fields[field]
      return Array.isArray(value) ? value.length > 0 : value !== undefined
    }
    presence(has, reportInto(payload.issues))
  }
}

function checkBetween<Fields>(between: NonNullable<MessageRules<Fields>['between']>) {
  return (fields: Fields, payload: z.core.$RefinementCtx<Fields>) => {
    const faulty = new Set<string>()
    const misfits = new Set<string>()
    for (const issue of payload.issues) {
      const path = issue.path ?? []
      for (let length = 1; length <= path.length; length++) faulty.add(path.slice(0, length).join('\0'))
      if (isMisfit(issue)) misfits.add(path.join('\0'))
    }
    const isSound: IsSound = (...path) =>
      !faulty.has(path.join('\0')) && path.every((_, length) => !misfits.has(path.slice(0, length).join('\0')))
    between(fields, reportInto(payload.issues), faulty.size === 0 ? () => true : isSound)
  }
}

/** Whether something else than the schema says stands at the path of an issue. */
function isMisfit(issue: z.core.$ZodRawIssue): boolean {
  const problem = issue.code === 'custom' ? (issue.params as { problem?: Problem } | undefined)?.problem : undefined
  return issue.code === 'invalid_type' || problem?.code === 'SB2002'
}

/** The items of `list`, the value of `field`, that are sound, with their places. */
export function soundItems<Item>(
  list: readonly Item[],
  field: string,
  isSound: IsSound,
): (readonly [index: number, item: Item])[] {
  // A faulty field may hold anything, whatever its type says.
  return Array.isArray(list) ? [...list.entries()].filter(([index]) => isSound(field, index)) : []
}

function holdsFields(payload: { readonly value: unknown }): boolean {
  return isMapping(payload.value)
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `written` without its nulls and with camelCase names; the same object where there is nothing to change. */
function normalFields(written: unknown, shape: z.ZodRawShape): unknown {
  if (written === null) return {}
  if (!isMapping(written)) return written
  const keys = Object.keys(written)
  if (keys.every(key => written[key] !== null && Object.hasOwn(shape, key))) return written
  const fields: Record<string, unknown> = Object.create(null)
  for (const key of keys) {
    if (written[key] === null && Object.hasOwn(shape, camelCase(key))) continue
    const name = Object.hasOwn(shape, key) || !Object.hasOwn(shape, camelCase(key)) ? key : camelCase(key)
    // Both names at once: the snake_case one stays, and is refused as unknown.
    if (name === key || !Object.hasOwn(written, name)) fields[name] = written[key]
    else fields[key] = written[key]
  }
  return fields
}
