import { readTableFacts } from '../../src/cli/words/table-facts.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { type Diagnostic, hasErrors } from '../../src/diagnostics/diagnostic.ts'
import { renderText, type SourceTexts } from '../../src/diagnostics/render.ts'
import { lineStarts, positionAt, type Span } from '../../src/diagnostics/span.ts'
import { cpuMsOf } from '../cpu-time.ts'

/** How long one input may take, in milliseconds of CPU time. */
const longestMs = 2_000

/** What must not come of any input. */
export interface Failure {
  readonly kind: 'crash' | 'slow' | 'no position' | 'no table'
  readonly what: string
}

/** What one input took, and what is wrong with how it was judged. */
export interface Judgement {
  readonly ms: number
  readonly failures: readonly Failure[]
}

/** Judges and compiles one file, and prints what is found. */
export function judge(bytes: Uint8Array): Judgement {
  let failures: Failure[] = []
  const ms = cpuMsOf(() => {
    failures = failuresOf(bytes)
  })
  if (ms > longestMs) failures.push({ kind: 'slow', what: `${Math.round(ms)} ms` })
  return { ms, failures }
}

function failuresOf(bytes: Uint8Array): Failure[] {
  try {
    const { diagnostics, texts, table } = compileRoutes([{ path: 'routes/in.yaml', bytes }])
    renderText(diagnostics, texts, { color: false })
    const failures = diagnostics.flatMap(diagnostic => misplaced(diagnostic, texts))
    if (table) readTableFacts(table)
    else if (!hasErrors(diagnostics)) failures.push({ kind: 'no table', what: 'although there is no error' })
    return failures
  } catch (error) {
    return [{ kind: 'crash', what: error instanceof Error ? (error.stack ?? error.message) : String(error) }]
  }
}

function misplaced({ code, message, span, related = [] }: Diagnostic, texts: SourceTexts): Failure[] {
  const spans: readonly (Span | undefined)[] = [span, ...related.map(place => place.span)]
  return spans
    .filter(each => !isPlace(each, texts))
    .map(each => ({ kind: 'no position', what: `${code} ${message}: ${JSON.stringify(each)}` }))
}

/** Whether a span is a stretch of the text that it names. */
function isPlace(span: Span | undefined, texts: SourceTexts): boolean {
  const text = span && texts.get(span.file)
  if (!span || text === undefined) return false
  const starts = lineStarts(text)
  return (
    span.start.offset <= span.end.offset &&
    [span.start, span.end].every(({ line, column, offset }) => {
      const place = positionAt(starts, offset)
      return offset >= 0 && offset <= text.length && place.line === line && place.column === column
    })
  )
}
