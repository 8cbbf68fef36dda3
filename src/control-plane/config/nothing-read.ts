import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../../diagnostics/render.ts'
import { allResources, type Config } from './resource.ts'
import { SourceText } from './source-text.ts'

/**
 * Files of which none holds a resource that is read (SB1017): probably other ones were meant.
 *
 * @param told what was said while reading
 */
export function findNothingRead(config: Config, texts: SourceTexts, told: readonly Diagnostic[]): Diagnostic[] {
  if (config.mesh || allResources(config).length > 0) return []
  // Where something is wrong with a file, its resources may be what is missing.
  if (told.some(({ severity }) => severity !== 'info')) return []
  const [start] = [...texts].map(([path, text]) => new SourceText(path, text).span(0, 0))
  const span = told[0]?.span ?? start
  if (!span) return []
  const message =
    told.length === 0
      ? `there is no resource in ${texts.size === 1 ? 'the file' : `any of the ${texts.size} files`}`
      : `none of the ${told.length === 1 ? 'resources' : `${told.length} resources`} is of a kind that is read`
  return [
    diagnose('SB1017', {
      message,
      span,
      label: told.length === 0 ? 'nothing but comments' : 'not read',
      why: 'nothing is routed: every request is answered 404',
      help: 'check the folder; routes are VirtualServices of networking.istio.io/v1',
    }),
  ]
}
