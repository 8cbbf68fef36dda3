import type { z } from 'zod'
import { nearest } from '../../../diagnostics/suggest.ts'
import { scalarField } from './scalar-field.ts'

/** An enum of Istio's API; protobuf's JSON form takes its names (in this letter case) and its numbers. */
export function enumeration<const Names extends Record<string, number>>(names: Names): z.ZodType<string & keyof Names> {
  const known = Object.keys(names)
  return scalarField({ type: 'string', enum: known }, (written, report) => {
    const name = typeof written === 'number' ? known.find(each => names[each] === written) : written
    if (typeof name === 'string' && Object.hasOwn(names, name)) return name
    if (typeof written !== 'string' && typeof written !== 'number') report({ code: 'SB2002', expected: 'text' })
    else {
      const meant = typeof written === 'string' ? nearest(written, known) : undefined
      const help = meant ? `did you mean ${meant}?` : `write one of ${known.join(', ')}`
      report({ code: 'SB2004', message: `"${written}" is not a value of this field`, help })
    }
    return known[0]!
  }) as z.ZodType<string & keyof Names>
}
