import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../../diagnostics/render.ts'
import { allResources, type Config } from './resource.ts'
import { SourceText } from './yaml/source-text.ts'

/**
 * Files of which none holds a resource that is read: probably other ones were meant (SB1017), or they are still empty
 * (SB1018).
 *
 * @param reported the findings of the reading itself
 */
export function findNothingRead(config: Config, texts: SourceTexts, reported: readonly Diagnostic[]): Diagnostic[] {
  if (config.mesh || allResources(config).length > 0) return []
  // Where something is wrong with a file, its resources may be what is missing.
  if (reported.some(({ severity }) => severity !== 'info')) return []
  const why = 'nothing is routed: every request gets 404'
  const [first] = reported
  if (first?.span) {
    return [
      diagnose('SB1017', {
        message: `none of the ${reported.length === 1 ? 'resources' : `${reported.length} resources`} is of a kind that is read`,
        span: first.span,
        label: 'not read',
        why,
        help: 'check the folder; routes are VirtualServices of networking.istio.io/v1',
      }),
    ]
  }
  return [...texts].slice(0, 1).map(([path, text]) =>
    diagnose('SB1018', {
      message: `there is no resource in ${texts.size === 1 ? 'the file' : `any of the ${texts.size} files`}`,
      span: new SourceText(path, text).span(0, 0),
      why,
      help: 'write a VirtualService of networking.istio.io/v1, or check the folder',
    }),
  )
}
