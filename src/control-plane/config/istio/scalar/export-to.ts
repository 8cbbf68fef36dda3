import { listOf } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { requiredTextThat } from '../../schema/scalar-field.ts'
import { isDnsLabel } from './host.ts'

/** Namespaces that may see a resource: `.` for its own, `*` for all, or names; `~` is for ServiceEntries. */
export const exportTo = listOf(
  requiredTextThat((entry, report) => {
    if (['.', '*', '~'].includes(entry) || isDnsLabel(entry)) return
    report({
      code: 'SB2004',
      message: `"${entry}" is not a namespace`,
      help: 'write `.`, `*` or the name of a namespace',
    })
  }),
)

export interface ExportingResource {
  readonly namespace: string
  readonly exportTo: readonly string[]
  /** Whether it may be exported to no one at all. */
  readonly mayHide: boolean
  /** Whether it is a DestinationRule for some workloads only, which cannot leave its namespace. */
  readonly selectsWorkloads: boolean
}

/** Reports entries of `spec.exportTo` that do not go together. Source: Istio validateExportTo. */
export function checkExportTo(resource: ExportingResource, report: Report): void {
  const { namespace, exportTo: entries, mayHide, selectsWorkloads } = resource
  const path = ['spec', 'exportTo'] as const
  const seen = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    const name = entry === '.' ? namespace : entry
    const at = [...path, index]
    if (entry === '~' && !mayHide) {
      report({ code: 'SB2004', message: '`~` is for ServiceEntries only', at })
    } else if (seen.has(name)) {
      const message = `exportTo names the namespace "${name}" twice`
      report({ code: 'SB2005', message, help: 'remove one of the entries', at })
    }
    seen.add(name)
  }
  if (seen.size < 2 && !selectsWorkloads) return
  const alone = ['*', '~'].find(entry => seen.has(entry) && seen.size > 1)
  if (alone) {
    report({
      code: 'SB2005',
      message: `\`${alone}\` excludes other entries of exportTo`,
      at: path,
      meansKey: true,
    })
  } else if (selectsWorkloads && seen.size > 0 && (seen.size > 1 || !seen.has(namespace))) {
    report({
      code: 'SB2005',
      message: 'a DestinationRule with a `workloadSelector` stays in its namespace',
      help: 'write `exportTo: ["."]`',
      at: path,
      meansKey: true,
    })
  }
}
