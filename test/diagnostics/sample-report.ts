import { type Diagnostic, diagnose } from '../../src/diagnostics/diagnostic.ts'
import type { Report } from '../../src/diagnostics/report.ts'
import { lineStarts, positionAt, type Span } from '../../src/diagnostics/span.ts'
import type { SuppressedDiagnostic } from '../../src/diagnostics/suppression.ts'

/** Where `marked` stands in `text`, as a file of routes. */
export function spanIn(text: string, marked: string, file = 'routes/shop.yaml'): Span {
  const starts = lineStarts(text)
  const from = text.indexOf(marked)
  return { file, start: positionAt(starts, from), end: positionAt(starts, from + marked.length) }
}

const sampleText = 'a: one\nb: two # signalbox-ignore SB6004: known\nc: three\n'

/** An error with all that a diagnostic can have. */
export const fullError: Diagnostic = diagnose('IST0109', {
  message: 'host "b" is also served by VirtualService default/a',
  span: spanIn(sampleText, 'two'),
  label: 'a second time',
  why: 'a mesh serves only one of them',
  help: 'put them together',
  path: 'spec.hosts[0]',
  resource: 'VirtualService default/b',
  related: [{ message: 'first declared here', span: spanIn(sampleText, 'one') }],
})

export const warning: Diagnostic = diagnose('SB2007', {
  message: 'Kubernetes would refuse the name "C"',
  span: spanIn(sampleText, 'three'),
  path: 'metadata.name',
  resource: 'VirtualService default/C',
})

const suppressedInfo: SuppressedDiagnostic = {
  ...diagnose('SB6004', {
    message: '"bind" has no effect on Workers',
    span: spanIn(sampleText, 'b:'),
    path: 'spec.servers[0].bind',
    resource: 'Gateway default/edge',
  }),
  suppression: { reason: 'known', span: spanIn(sampleText, '# signalbox-ignore SB6004: known') },
}

export const tool = { name: 'signalbox', version: '1.2.3' }

/** In another order than that of the text. */
export const sampleReport: Report = {
  diagnostics: [warning, fullError],
  suppressed: [suppressedInfo],
  fileCount: 1,
  tool,
}

export const emptyReport: Report = { diagnostics: [], suppressed: [], fileCount: 3, tool }
