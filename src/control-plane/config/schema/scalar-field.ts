import { z } from 'zod'
import { type Report, reportInto } from './problem.ts'

/**
 * The schema of a field that holds one scalar.
 *
 * `read` gets what was written (null only as an item of a list or map) and reports what is wrong with it; what it
 * then returns does not matter.
 */
export function scalarField<Value>(read: (written: unknown, report: Report) => Value): z.ZodType<Value> {
  return z.transform((written: unknown, payload) => {
    if (written === undefined) {
      payload.issues.push({ code: 'invalid_type', expected: 'nonoptional' as never, input: undefined })
      return z.NEVER
    }
    return read(written, reportInto(payload.issues))
  }) as z.ZodType<Value>
}

/** A text that `check` finds nothing wrong with. */
export function textThat(check: (text: string, report: Report) => void): z.ZodType<string> {
  return scalarField((written, report) => {
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
  return textThat((value, report) => {
    if (value === '') report({ code: 'SB2004', message: `${name} must not be empty` })
  })
}

/** `true` or `false`. */
export const truth: z.ZodType<boolean> = scalarField((written, report) => {
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
  return scalarField((written, report) => {
    const value = numberOf(written)
    if (value === undefined || !Number.isInteger(value)) report({ code: 'SB2002', expected: 'a whole number' })
    else checkRange(value, range, report)
    return value ?? 0
  })
}

/** A number; protobuf's JSON form takes it in quotes too. */
export function decimalNumber(range: NumberRange): z.ZodType<number> {
  return scalarField((written, report) => {
    const value = numberOf(written)
    if (value === undefined) report({ code: 'SB2002', expected: 'a number' })
    else checkRange(value, range, report)
    return value ?? 0
  })
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
