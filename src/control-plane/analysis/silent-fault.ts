import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/** Faults that say no percentage (SB6016): Envoy takes that for 0, and injects nothing. */
export function findSilentFaults({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(silentFaultsIn)
}

const silentFaultsIn = rememberedAs('silent faults', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([index, { fault }]) =>
    (['delay', 'abort'] as const).flatMap(part => {
      const percent = part === 'delay' ? fault?.delay?.percent : undefined
      if (!fault?.[part] || fault[part].percentage !== undefined || percent !== undefined) return []
      const path = ['spec', 'http', index, 'fault', part]
      return [
        diagnose('SB6016', {
          message: `the \`${part}\` has no percentage, and never happens`,
          span: virtualService.keySpanOf(path),
          path: formatPath(path),
          resource: virtualService.title,
          why: 'without a percentage it applies to no request',
          help: 'write `percentage: {value: 100}` for all requests',
        }),
      ]
    }),
  ),
)
