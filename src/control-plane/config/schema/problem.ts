import type { z } from 'zod'
import type { FieldPath } from '../yaml/field-path.ts'

/** What a field may want, in the words of messages. */
export type Expected = 'text' | 'a number' | 'a whole number' | 'true or false' | 'a list' | 'a mapping'

/** A value of the wrong type; the message is made where the text of the file is at hand. */
export interface WrongType {
  readonly code: 'SB2002'
  readonly expected: Expected
}

/** A fault in a field, or in how the fields of a message go together. */
export interface FieldFault {
  readonly code: 'SB2003' | 'SB2004' | 'SB2005' | 'SB2006'
  readonly message: string
  readonly label?: string
  readonly why?: string
  readonly help?: string
  /** Where it is, below the value that reports it. */
  readonly at?: FieldPath
  /** Whether the key is meant rather than the value. */
  readonly meansKey?: boolean
  /** The fields that are missed: an unknown field that was meant to be one of them says it better. */
  readonly missed?: readonly string[]
  /** The stretch of a text value that is meant, in UTF-16 code units from its start. */
  readonly part?: readonly [from: number, to: number]
}

/** What a schema finds wrong; the decoder adds the span and the place. */
export type Problem = WrongType | FieldFault

export type Report = (problem: Problem) => void

/** A `Report` that writes into the issues of a zod parse. */
export function reportInto(issues: z.core.$ZodRawIssue[]): Report {
  return problem => {
    const at = 'at' in problem && problem.at ? [...problem.at] : []
    const message = 'message' in problem ? problem.message : 'wrong type'
    issues.push({ code: 'custom', input: undefined, path: at, message, params: { problem } })
  }
}
