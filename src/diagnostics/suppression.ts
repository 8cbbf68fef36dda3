import { catalogue, type DiagnosticCode } from './catalogue.ts'
import { type Diagnostic, diagnose, isUnreadable } from './diagnostic.ts'
import type { Span } from './span.ts'
import { nearest } from './suggest.ts'

/** What every comment that suppresses findings begins with. */
export const suppressionMark = 'signalbox-ignore'

/** A comment of the YAML that begins with `signalbox-ignore`. */
export interface SuppressionComment {
  /** What follows the `#`, without white space around it. */
  readonly text: string
  readonly span: Span
  /**
   * The line of the findings that it can suppress: its own; where it stands alone on that, the next one that is more
   * than a comment.
   */
  readonly line: number
  /** Whether nothing but comments and directives stands before it in its file. */
  readonly isAtTop: boolean
}

/** A finding that stays unsaid, because a comment in the YAML says why it does not matter. */
export interface SuppressedDiagnostic extends Diagnostic {
  readonly suppression: { readonly reason: string; readonly span: Span }
}

/** What is left to say, and what is not said. */
export interface Suppressed {
  readonly diagnostics: readonly Diagnostic[]
  readonly suppressed: readonly SuppressedDiagnostic[]
}

/** A comment that says what it should. */
interface Suppression {
  readonly comment: SuppressionComment
  readonly isForFile: boolean
  readonly codes: readonly DiagnosticCode[]
  readonly reason: string
}

/**
 * Takes out the findings that comments suppress, and says what is wrong with the comments: no reason (SB1012), not
 * understood (SB1013), nothing to suppress (SB1014), a finding that must be said (SB1015).
 *
 * An error that makes a table impossible cannot be suppressed: there would be none, without a visible reason.
 */
export function suppress(all: readonly Diagnostic[], comments: readonly SuppressionComment[]): Suppressed {
  if (comments.length === 0) return { diagnostics: all, suppressed: [] }
  const read = comments.map(readComment)
  const suppressions = read.flatMap(each => (each.kind === 'suppression' ? [each.suppression] : []))
  // By key, so that a file with very many comments takes no longer for each of its findings.
  const known = new Map<string, Suppression>()
  for (const each of suppressions) for (const key of keysOf(each)) if (!known.has(key)) known.set(key, each)
  const needed = new Set<string>()
  const refused: Diagnostic[] = []
  const diagnostics: Diagnostic[] = []
  const suppressed: SuppressedDiagnostic[] = []
  for (const diagnostic of all) {
    const meant = placesOf(diagnostic).filter(key => known.has(key))
    for (const key of meant) needed.add(key)
    const suppression = known.get(meant[0] ?? '')
    if (suppression && isSuppressible(diagnostic)) {
      const { reason, comment } = suppression
      suppressed.push({ ...diagnostic, suppression: { reason, span: comment.span } })
    } else {
      diagnostics.push(diagnostic)
      if (suppression) refused.push(mustBeSaid(suppression.comment, diagnostic))
    }
  }
  // Where no table can be made, analyzers have not seen all, and what a comment is for may be among the rest.
  const idle = isUnreadable(all) ? [] : suppressions.flatMap(each => idleCodes(each, needed))
  const faults = read.flatMap(each => (each.kind === 'fault' ? [each.fault] : []))
  return { diagnostics: [...diagnostics, ...faults, ...refused, ...idle], suppressed }
}

/** What a suppression is for: a code on a line of a file, or anywhere in it. */
function keyOf(file: string, line: number | 'any', code: DiagnosticCode): string {
  return `${file}\0${line}\0${code}`
}

function keysOf({ comment, isForFile, codes }: Suppression): string[] {
  return codes.map(code => keyOf(comment.span.file, isForFile ? 'any' : comment.line, code))
}

/** The keys under which a finding may be suppressed, that of its line first. */
function placesOf({ code, span }: Diagnostic): string[] {
  return span ? [keyOf(span.file, span.start.line, code), keyOf(span.file, 'any', code)] : []
}

function isSuppressible(diagnostic: Diagnostic): boolean {
  return !isUnreadable([diagnostic])
}

function mustBeSaid(comment: SuppressionComment, { code, span }: Diagnostic): Diagnostic {
  return diagnose('SB1015', {
    message: `${code} cannot be suppressed`,
    why: 'this error prevents a table, and these routes serve nothing',
    help: 'fix the error, and remove the comment',
    span: comment.span,
    ...(span && { related: [{ message: 'the finding', span }] }),
  })
}

function idleCodes(suppression: Suppression, needed: ReadonlySet<string>): Diagnostic[] {
  const { comment, isForFile, codes } = suppression
  const where = isForFile ? 'in this file' : `on line ${comment.line}`
  const keys = keysOf(suppression)
  return codes
    .filter((_, index) => !needed.has(keys[index]!))
    .map(code =>
      diagnose('SB1014', {
        message: `nothing to suppress: there is no ${code} ${where}`,
        why: 'what it once hid may come back unseen',
        help: 'remove it, unless the finding is for another --target',
        span: comment.span,
      }),
    )
}

type ReadComment =
  | { readonly kind: 'suppression'; readonly suppression: Suppression }
  | { readonly kind: 'fault'; readonly fault: Diagnostic }

/** The codes of findings about suppressions: they are said by the comment, and end with it. */
const ofSuppressions: ReadonlySet<string> = new Set(['SB1012', 'SB1013', 'SB1014', 'SB1015'])

function readComment(comment: SuppressionComment): ReadComment {
  const { text, span, isAtTop } = comment
  const [verb = '', list = '', colon = '', rest = ''] =
    /^(signalbox-ignore[\w-]*)((?:[ \t,]+[A-Za-z]+\d+(?=[\s,:]|$))*)[ \t]*(:?)(.*)$/s.exec(text)?.slice(1) ?? []
  const reason = colon ? rest.trim() : ''
  const fault = (code: 'SB1012' | 'SB1013' | 'SB1015', message: string, help: string, why?: string) =>
    ({ kind: 'fault', fault: diagnose(code, { message, help, span, ...(why && { why }) }) }) as const
  const form = `${verb} SB5007: why it does not matter here`

  if (verb !== suppressionMark && verb !== `${suppressionMark}-file`) {
    const known = `write # ${suppressionMark} CODE: reason, or # ${suppressionMark}-file CODE: reason`
    return fault('SB1013', `"${verb}" is not a comment that suppresses`, known)
  }
  const written = list.split(/[\s,]+/).filter(Boolean)
  if (written.length === 0) return fault('SB1013', 'the comment names no code to suppress', `write # ${form}`)
  const codes = written.map(code => code.toUpperCase())
  const unknown = codes.find(code => !Object.hasOwn(catalogue, code))
  if (unknown !== undefined) {
    const meant = nearest(unknown, Object.keys(catalogue))
    return fault(
      'SB1013',
      `there is no code ${unknown}`,
      meant ? `did you mean ${meant}?` : 'write the code as printed',
    )
  }
  const ofItself = codes.find(code => ofSuppressions.has(code))
  if (ofItself !== undefined) {
    return fault('SB1015', `${ofItself} cannot be suppressed`, 'fix or remove the comment that it reports')
  }
  const isForFile = verb !== suppressionMark
  if (isForFile && !isAtTop) {
    return fault(
      'SB1013',
      `${verb} is below the top of the file`,
      `move it above the first line of YAML, or write ${suppressionMark} at the finding`,
    )
  }
  if (reason === '') {
    const why = 'without a reason a later reader cannot judge whether it still applies, so nothing is suppressed'
    return fault('SB1012', 'the comment gives no reason', `write # ${verb} ${written.join(', ')}: and the reason`, why)
  }
  return { kind: 'suppression', suppression: { comment, isForFile, codes: codes as DiagnosticCode[], reason } }
}
