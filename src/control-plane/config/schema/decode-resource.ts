import type { z } from 'zod'
import { type Diagnostic, diagnose } from '../../../diagnostics/diagnostic.ts'
import { lineMissing } from '../yaml/explain-syntax.ts'
import { snakeCase } from '../yaml/field-name.ts'
import { type FieldPath, formatPath } from '../yaml/field-path.ts'
import type { LocatedDocument } from '../yaml/located-document.ts'
import { type Place, placeOfSchema, stepInto } from './message.ts'
import { parseResource } from './parse-resource.ts'
import type { Expected, FieldFault, Problem } from './problem.ts'
import { describeUnknownField } from './unknown-field.ts'
import { describeWrongType } from './wrong-type.ts'

/** A document that is held against a schema. */
export interface Candidate<Schema extends z.ZodType> {
  readonly schema: Schema
  readonly data: unknown
  readonly document: LocatedDocument
  /** How the resource is called in messages. */
  readonly title: string
}

export type DecodeResult<Value> =
  | { readonly value: Value; readonly diagnostics: readonly [] }
  | { readonly value?: undefined; readonly diagnostics: readonly Diagnostic[] }

/** Decodes a document by its schema, or says all that is wrong with it. */
export function decodeResource<Schema extends z.ZodType>(candidate: Candidate<Schema>): DecodeResult<z.output<Schema>> {
  const result = parseResource(candidate.schema, candidate.data)
  if (result === undefined) return { diagnostics: [tooManyFaults(candidate)] }
  if (result.success) return { value: result.data, diagnostics: [] }
  const { listed, unlisted } = firstIssues(result.error.issues)
  const diagnostics = explainIssues(candidate, listed)
  return { diagnostics: unlisted === 0 ? diagnostics : [...diagnostics, tooManyFaults(candidate, unlisted)] }
}

/** How many faults of one resource are reported: more are not read, and a hostile file could have millions. */
export const mostListedFaults = 1_000

function firstIssues(issues: readonly z.core.$ZodIssue[]): { listed: z.core.$ZodIssue[]; unlisted: number } {
  const listed: z.core.$ZodIssue[] = []
  let count = 0
  for (const issue of issues) {
    const room = Math.max(0, mostListedFaults - count)
    count += issue.code === 'unrecognized_keys' ? issue.keys.length : 1
    if (room === 0) continue
    listed.push(issue.code === 'unrecognized_keys' ? { ...issue, keys: issue.keys.slice(0, room) } : issue)
  }
  return { listed, unlisted: Math.max(0, count - mostListedFaults) }
}

function tooManyFaults(candidate: Candidate<z.ZodType>, unlisted?: number): Diagnostic {
  const message =
    unlisted === undefined
      ? 'the resource has more faults than can be listed'
      : `the resource has ${unlisted} more faults, which are not listed`
  return diagnose('SB2002', { message, resource: candidate.title, span: candidate.document.keySpanOf([]) })
}

interface Finding {
  readonly diagnostic: Diagnostic
  /** The fields that are missed, any of which would do. */
  readonly missed: readonly FieldPath[]
  /** The message that misses them. */
  readonly owner: FieldPath
}

function explainIssues(candidate: Candidate<z.ZodType>, issues: readonly z.core.$ZodIssue[]): Diagnostic[] {
  const root = placeOfSchema(candidate.schema)!
  const unknown: Diagnostic[] = []
  const meant = new Set<string>()
  const emptied = new Set<string>()
  const findings: Finding[] = []
  for (const issue of issues) {
    const path = issue.path as FieldPath
    if (issue.code !== 'unrecognized_keys') {
      findings.push(explainIssue(candidate, root, issue, path))
      continue
    }
    const isInMetadata = formatPath(path) === 'metadata'
    let isSpecMissed = false
    for (const name of issue.keys) {
      const { message, help, meant: target } = describeUnknownField(root, path, name)
      const isOfSpec = isInMetadata && target?.[0] === 'spec'
      // Several fields of the spec in the metadata are one fault: its line is missing, or moved.
      const isTold = isOfSpec && isSpecMissed
      isSpecMissed ||= isOfSpec
      const isLineMissing = isOfSpec && name !== 'spec' && valueAt(candidate.data, ['spec']) === undefined
      const advice = isLineMissing ? lineMissing : help
      if (!isTold) {
        unknown.push(
          diagnose('SB2001', {
            message,
            ...(advice === undefined ? {} : { help: advice }),
            ...place(candidate, [...path, name]),
            span: candidate.document.keySpanOf([...path, name]),
          }),
        )
      }
      // Whatever is missed on the way to the field that was meant is the same fault.
      // Moving a field out of a message leaves it as empty as it was found.
      if (target && !isBelow(target, path)) emptied.add(formatPath(path))
      for (let length = 1; target && length <= target.length; length++) meant.add(formatPath(target.slice(0, length)))
    }
  }
  const isSaid = ({ missed, owner }: Finding) =>
    missed.some(path => meant.has(formatPath(path))) || (missed.length > 1 && emptied.has(formatPath(owner)))
  return [...unknown, ...findings.filter(finding => !isSaid(finding)).map(({ diagnostic }) => diagnostic)]
}

function explainIssue(candidate: Candidate<z.ZodType>, root: Place, issue: z.core.$ZodIssue, path: FieldPath): Finding {
  const problem = issue.code === 'custom' ? (issue.params?.problem as Problem | undefined) : undefined
  if (problem === undefined) return explainType(candidate, root, expectedBy(issue), path)
  if (problem.code === 'SB2002') return explainType(candidate, root, problem.expected, path)
  return explainFault(candidate, problem, path)
}

function expectedBy(issue: z.core.$ZodIssue): Expected {
  return issue.code === 'invalid_type' && issue.expected === 'array' ? 'a list' : 'a mapping'
}

function explainType(candidate: Candidate<z.ZodType>, root: Place, expected: Expected, path: FieldPath): Finding {
  const found = valueAt(candidate.data, path)
  const parent = path.slice(0, -1)
  const name = `\`${[...path].reverse().find(step => typeof step === 'string') ?? 'the document'}\``
  const around = parent.reduce<Place | undefined>(stepInto, root)
  if (found === undefined || (found === null && around?.kind === 'message')) {
    const owner =
      parent.length === 0 ? 'the document' : `\`${formatPath(parent.slice(-1 - Number(isItemOf(parent))))}\``
    const diagnostic = diagnose('SB2003', {
      message: `${name} is missing in ${owner}`,
      help: isItemOf(parent) ? `add ${name}; where this belongs to the item before, remove its "- "` : `add ${name}`,
      ...place(candidate, parent),
      span: candidate.document.keySpanOf(parent),
    })
    return { diagnostic, missed: [path], owner: parent }
  }
  const isItem = isItemOf(path)
  const words = describeWrongType({
    name: isItem ? `an item of ${name}` : name,
    expected,
    found,
    written: candidate.document.writtenAt(path) ?? '',
    place: path.reduce<Place | undefined>(stepInto, root),
  })
  // A block that should be something else starts at its key.
  const isBlock = typeof found === 'object' && !isItem
  const span = isBlock ? candidate.document.keySpanOf(path) : candidate.document.spanOf(path)
  return { diagnostic: diagnose('SB2002', { ...words, ...place(candidate, path), span }), missed: [], owner: parent }
}

function explainFault(candidate: Candidate<z.ZodType>, fault: FieldFault, path: FieldPath): Finding {
  const { code, message, label, why, help, meansKey, missed = [], part } = fault
  const { document, data } = candidate
  const owner = fault.at?.length ? path.slice(0, path.length - fault.at.length) : path
  const missedPaths = [owner, path].flatMap(base => missed.map(name => [...base, name]))
  // Written, but empty: that is the place to mark.
  const empty = missedPaths.find(each => valueAt(data, each) !== undefined)
  const marked = empty ?? path
  const value = valueAt(data, path)
  const isMissing = code === 'SB2003' || meansKey || value === undefined
  const span =
    part && typeof value === 'string'
      ? document.partSpanOf(path, part, value)
      : isMissing
        ? document.keySpanOf(marked)
        : document.spanOf(marked)
  const diagnostic = diagnose(code, {
    message,
    ...(label === undefined ? {} : { label }),
    ...(why === undefined ? {} : { why }),
    ...(help === undefined ? {} : { help }),
    ...place(candidate, marked),
    span,
  })
  return { diagnostic, missed: missedPaths, owner }
}

function isItemOf(path: FieldPath): boolean {
  return typeof path.at(-1) === 'number'
}

/** Whether `path` leads into `base`. */
function isBelow(path: FieldPath, base: FieldPath): boolean {
  return base.every((step, index) => path[index] === step)
}

function place({ title }: Candidate<z.ZodType>, path: FieldPath): { resource: string; path: string } {
  return { resource: title, path: formatPath(path) }
}

/** What was written at `path`, also by snake_case names; undefined where nothing is. */
function valueAt(data: unknown, path: FieldPath): unknown {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    const fields = value as Record<string | number, unknown>
    const key = Object.hasOwn(fields, step) ? step : snakeCase(String(step))
    value = Object.hasOwn(fields, key) ? fields[key] : undefined
  }
  return value
}
