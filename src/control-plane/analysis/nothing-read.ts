import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { allResources } from '../config/resource.ts'
import type { AnalysisContext } from './context.ts'

/** A folder that has resources, none of which is read (SB1017): probably it is another one that was meant. */
export function findNothingRead({ config, told }: AnalysisContext): Diagnostic[] {
  const [first] = told
  if (!first?.span || config.mesh || allResources(config).length > 0) return []
  // Where something is wrong with a file, its resources may be what is missing.
  if (told.some(({ severity }) => severity !== 'info')) return []
  return [
    diagnose('SB1017', {
      message: `none of the ${told.length === 1 ? 'resources' : `${told.length} resources`} is of a kind that is read`,
      span: first.span,
      label: 'not read',
      why: 'nothing is routed: every request is answered 404',
      help: 'check the folder; routes are VirtualServices of networking.istio.io/v1',
    }),
  ]
}
