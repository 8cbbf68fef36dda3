import type { z } from 'zod'
import type { Report } from '../../schema/problem.ts'
import { scalarField, type TextShape } from '../../schema/scalar-field.ts'

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}
const units = Object.keys(unitMs).join('|')
const number = '[0-9]+\\.?[0-9]*|\\.[0-9]+'
const part = new RegExp(`(${number})(${units})`, 'gy')

const shape: TextShape = {
  type: 'string',
  pattern: {
    regex: `^[-+]?(?:0|(?:(?:${number})(?:${units}))+)$`,
    words: 'A duration is a number and a unit, such as 5s, 250ms or 1m30s.',
  },
}

/** Protobuf's bound: ten thousand years. */
const longestMs = 315_576_000_000_000

/**
 * A duration of at least a millisecond, in whole milliseconds. Decoded durations are numbers of milliseconds.
 *
 * Source: Istio ValidateDuration.
 */
export const duration: z.ZodType<number> = durationThat(checkMilliseconds)

/** As `duration`, where zero switches something off. */
export const durationOrOff: z.ZodType<number> = durationThat((ms, report) => {
  if (ms !== 0) checkMilliseconds(ms, report)
})

/** A duration that may also be zero, or shorter than a millisecond, as where Istio checks nothing. */
export const durationOrZero: z.ZodType<number> = durationThat((ms, report) => {
  if (ms < 0) report({ code: 'SB2004', message: 'the duration must not be negative' })
})

/** A duration in whole seconds of at least one, such as a lifetime that HTTP writes in seconds. */
export const durationInSeconds: z.ZodType<number> = durationThat((ms, report) => {
  if (ms <= 0 || ms % 1_000 !== 0) {
    report({
      code: 'SB2004',
      message: 'the duration must be in whole seconds, at least one',
      help: 'write for example 24h',
    })
  }
})

function durationThat(check: (ms: number, report: Report) => void): z.ZodType<number> {
  return scalarField(shape, (written, report) => {
    if (typeof written !== 'string') {
      if (typeof written !== 'number') report({ code: 'SB2002', expected: 'text' })
      else report({ code: 'SB2004', message: 'a duration needs a unit', help: `write ${written}s for seconds` })
      return 0
    }
    const ms = durationMs(written)
    if (ms === undefined) report({ code: 'SB2004', message: `"${written}" is not a duration`, help: helpFor(written) })
    else check(ms, report)
    return ms ?? 0
  })
}

function checkMilliseconds(ms: number, report: Report): void {
  if (ms < 1)
    report({
      code: 'SB2004',
      message: 'the duration must be at least 1ms',
      help: 'write 1ms or more, or remove the field',
    })
  else if (!Number.isInteger(ms)) {
    report({ code: 'SB2004', message: 'the duration must be in whole milliseconds', help: 'write for example 250ms' })
  }
}

/**
 * The milliseconds of a duration in protobuf's JSON form (`1.5s`) or Go's (`1m30s`, `250ms`), or undefined where it
 * is neither.
 */
export function durationMs(written: string): number | undefined {
  const sign = written.startsWith('-') ? -1 : 1
  const body = written.replace(/^[-+]/, '')
  if (body === '0') return 0
  let ms = 0
  part.lastIndex = 0
  let end = 0
  for (let match = part.exec(body); match; match = part.exec(body)) {
    ms += Number(match[1]) * unitMs[match[2]!]!
    end = part.lastIndex
  }
  if (end === 0 || end !== body.length || ms > longestMs) return undefined
  // To the nanosecond, where binary fractions would otherwise leave a trace.
  return (sign * Math.round(ms * 1e6)) / 1e6
}

function helpFor(written: string): string {
  const trimmed = written.trim()
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) return `write ${trimmed}s for seconds`
  const days = /^(\d+)\s*d(?:ays?)?$/.exec(trimmed)
  if (days) return `write ${Number(days[1]) * 24}h: there is no unit for days`
  const squeezed = trimmed
    .replace(/\s+/g, '')
    .replace(/seconds?$|secs?$/, 's')
    .replace(/minutes?$|mins?$/, 'm')
  if (durationMs(squeezed) !== undefined) return `write ${squeezed}`
  return 'write a number and a unit, such as 5s, 250ms or 1m30s'
}
