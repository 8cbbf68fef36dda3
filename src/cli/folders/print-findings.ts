import { createHash } from 'node:crypto'
import type { CompiledRoutes } from '../../control-plane/compile-routes.ts'
import { inReadingOrder } from '../../diagnostics/diagnostic.ts'
import { renderSummary, renderText } from '../../diagnostics/render.ts'
import { renderGithub } from '../../diagnostics/render-github.ts'
import { renderJson } from '../../diagnostics/render-json.ts'
import { renderSarif } from '../../diagnostics/render-sarif.ts'
import type { Report } from '../../diagnostics/report.ts'
import { version } from '../launch/version.ts'
import type { Channel } from '../terminal/terminal.ts'
import { pagesOf } from './code-pages.ts'
import type { FindingsFormat } from './findings-format.ts'
import { pathsFromSourceRoot } from './source-root.ts'

/** What a verb found. */
export type Findings = Pick<CompiledRoutes, 'diagnostics' | 'suppressed' | 'texts'> & {
  readonly paths: readonly string[]
}

/**
 * Findings for people: each with its place, a summary, and where there is more to read.
 *
 * @param allBy how all of them are had where a file has very many
 */
export function printText(channel: Channel, { diagnostics, suppressed, texts, paths }: Findings, allBy: string): void {
  channel.line(renderText(diagnostics, texts, { color: channel.color, allBy }))
  channel.line(`\n${renderSummary(diagnostics, paths.length, suppressed.length)}`)
  const inOrder = inReadingOrder(diagnostics)
  const gravest = (['error', 'warning', 'info'] as const).flatMap(each => inOrder.filter(one => one.severity === each))
  if (gravest[0]) channel.line(`  = docs: signalbox explain-code ${gravest[0].code}`)
}

/** Findings for people where the verb goes on to serve: each with its place, and a summary. */
export function printBeforeServing(
  channel: Channel,
  { diagnostics, texts, paths }: Omit<Findings, 'suppressed'>,
): void {
  if (diagnostics.length === 0) return
  channel.line(renderText(diagnostics, texts, { color: channel.color }))
  channel.line(`\n${renderSummary(diagnostics, paths.length)}`)
}

/** Findings for another program: nothing else may be written to the same channel. */
export function printReport(channel: Channel, findings: Findings, format: Exclude<FindingsFormat, 'text'>): void {
  const rendered = render(findings, format)
  if (rendered !== '') channel.line(rendered)
}

function render({ diagnostics, suppressed, paths }: Findings, format: Exclude<FindingsFormat, 'text'>): string {
  const tool = { name: 'signalbox', version }
  const report: Report = { diagnostics, suppressed, fileCount: paths.length, tool }
  const pathOf = pathsFromSourceRoot(process.cwd())
  switch (format) {
    case 'json':
      return renderJson(report)
    case 'github':
      return renderGithub(diagnostics, pathOf)
    case 'sarif': {
      const pages = pagesOf([...diagnostics, ...suppressed].map(({ code }) => code))
      return renderSarif(report, { pages, pathOf, hash: shortHash })
    }
    default:
      return format satisfies never
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
