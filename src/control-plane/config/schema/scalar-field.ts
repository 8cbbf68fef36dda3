import { z } from 'zod'
import { type Report, reportInto } from './problem.ts'

/**
 * What a scalar takes, as far as a schema language can say it: what Kubernetes takes, not what protobuf takes besides
 * (numbers in quotes, enums by number), and what means something (an empty text or 0 that is the same as none does not).
 */
export type ScalarShape = { readonly type: 'boolean' } | NumberShape | TextShape

interface NumberShape {
  readonly type: 'integer' | 'number'
  readonly minimum?: number
  readonly maximum?: number
  /** All that it takes, where that is few numbers. */
  readonly enum?: readonly number[]
}

export interface TextShape {
  readonly type: 'string'
  readonly minLength?: number
  /** All that it takes, where that is few words. */
  readonly enum?: readonly string[]
  /** Whether the letter case of these words does not matter. */
  readonly isAnyCase?: boolean
  /** A regex of ECMA-262 for the whole text, and what it wants in words. */
  readonly pattern?: { readonly regex: string; readonly words: string }
}

/** Any text but the empty one. */
export const requiredShape: TextShape = { type: 'string', minLength: 1 }

const shapes = new WeakMap<object, ScalarShape>()

/** What a scalar says that it takes, seen through the wrappers of zod; undefined for what is no scalar, or not read. */
export function shapeOfScalar(schema: unknown): ScalarShape | undefined {
  let inner = schema
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.def.innerType
    // A scalar that is decoded further.
    else if (inner instanceof z.ZodPipe) inner = inner.def.in
    else return shapes.get(inner as object)
  }
}

/**
 * The schema of a field that holds one scalar.
 *
 * `read` gets what was written (null only as an item of a list or map) and reports what is wrong with it; what it
 * then returns does not matter.
 *
 * @param shape what it takes, for those who want to know without giving it anything
 */
export function scalarField<Value>(
  shape: ScalarShape,
  read: (written: unknown, report: Report) => Value,
): z.ZodType<Value> {
  const schema = z.transform((written: unknown, payload) => {
    if (written === undefined) {
      payload.issues.push({ code: 'invalid_type', expected: 'nonoptional' as never, input: undefined })
      return z.NEVER
    }
    return read(written, reportInto(payload.issues))
  }) as z.ZodType<Value>
  shapes.set(schema, shape)
  return schema
}

/** A text that `check` finds nothing wrong with. */
export function textThat(check: (text: string, report: Report) => void): z.ZodType<string> {
  return shapedText({ type: 'string' }, check)
}

/** As `textThat`, with a check that refuses the empty text. */
export function requiredTextThat(check: (text: string, report: Report) => void): z.ZodType<string> {
  return shapedText(requiredShape, check)
}

/** One of few words; `check` gets what is none of them. */
export function wordOf(words: readonly string[], check: (text: string, report: Report) => void): z.ZodType<string> {
  return shapedText({ type: 'string', enum: words }, (text, report) => {
    if (!words.includes(text)) check(text, report)
  })
}

function shapedText(shape: TextShape, check: (text: string, report: Report) => void): z.ZodType<string> {
  return scalarField(shape, (written, report) => {
    if (typeof written === 'string') check(written, report)
    else if (written === null) check('', report)
    else report({ code: 'SB2002', expected: 'text' })
    return typeof written === 'string' ? written : ''
  })
}

/** Any text. */
export const text = textThat(() => {})

/** Text that is not empty: protobuf does not tell an empty text from an absent one. */
export function requiredText(name: string): z.ZodType<string> {
  return requiredTextThat((value, report) => {
    if (value === '') report({ code: 'SB2004', message: `${name} must not be empty` })
  })
}

/** `true` or `false`. */
export const truth: z.ZodType<boolean> = scalarField({ type: 'boolean' }, (written, report) => {
  if (typeof written !== 'boolean') report({ code: 'SB2002', expected: 'true or false' })
  return written === true
})

export interface NumberRange {
  readonly from: number
  readonly to: number
  /** What a help says in the place of `from`, where that one is the same as leaving the field out. */
  readonly leastUseful?: number
}

export const int32Max = 2 ** 31 - 1
export const uint32Max = 2 ** 32 - 1

/** A whole number; protobuf's JSON form takes it in quotes too. */
export function wholeNumber(range: NumberRange = { from: -int32Max - 1, to: int32Max }): z.ZodType<number> {
  return scalarField({ type: 'integer', ...boundsOf(range) }, (written, report) => {
    const value = numberOf(written)
    if (value === undefined || !Number.isInteger(value)) report({ code: 'SB2002', expected: 'a whole number' })
    else checkRange(value, range, report)
    return value ?? 0
  })
}

/** A number; protobuf's JSON form takes it in quotes too. */
export function decimalNumber(range: NumberRange): z.ZodType<number> {
  return scalarField({ type: 'number', ...boundsOf(range) }, (written, report) => {
    const value = numberOf(written)
    if (value === undefined) report({ code: 'SB2002', expected: 'a number' })
    else checkRange(value, range, report)
    return value ?? 0
  })
}

/** The bounds of a range, but for those of protobuf's types: they say nothing of the field. */
function boundsOf({ from, to }: NumberRange): Pick<NumberShape, 'minimum' | 'maximum'> {
  return { ...(from > -int32Max - 1 && { minimum: from }), ...(to < int32Max && { maximum: to }) }
}

function numberOf(written: unknown): number | undefined {
  if (written === null) return 0
  if (typeof written === 'number') return written
  const isNumeral = typeof written === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(written)
  return isNumeral ? Number(written) : undefined
}

function checkRange(value: number, { from, to, leastUseful = from }: NumberRange, report: Report): void {
  if (value >= from && value <= to) return
  const small = value < from
  const help =
    to < int32Max ? `write ${leastUseful} to ${to}` : small ? `write ${leastUseful} or more` : `write at most ${to}`
  report({ code: 'SB2004', message: small ? `${value} is less than ${from}` : `${value} is more than ${to}`, help })
}
