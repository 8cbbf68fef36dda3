import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../diagnostics/span.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { fullHostName } from '../resolve/host-name.ts'
import type { AnalysisContext } from './context.ts'

/**
 * Two VirtualServices of the default listener for one host (IST0109). Istio's mesh serves only the first of them;
 * here they are merged as on a Gateway, so what was tested on one is not what the other serves.
 */
export function findSharedHosts({ listeners }: AnalysisContext): Diagnostic[] {
  const firstByHost = new Map<string, { title: string; span: () => Span }>()
  const findings: Diagnostic[] = []
  // The default listener is the last one.
  for (const { virtualService } of listeners.at(-1)!.parts.flatMap(({ attachments }) => attachments)) {
    const { spec, namespace, title, spanOf } = virtualService
    for (const [index, written] of spec.hosts.entries()) {
      const host = fullHostName(written, namespace)
      const path = ['spec', 'hosts', index]
      const span = () => spanOf(path)
      const first = firstByHost.get(host)
      if (!first) firstByHost.set(host, { title, span })
      else if (first.title !== title) {
        findings.push(
          diagnose('IST0109', {
            message: `host "${written}" is also served by ${first.title}, and neither is bound to a Gateway`,
            span: span(),
            path: formatPath(path),
            resource: title,
            why: 'a mesh serves only one VirtualService a host without a Gateway',
            help: 'put the rules into one VirtualService, or bind both to a Gateway, where they are merged',
            related: [{ message: 'first declared here', span: first.span() }],
          }),
        )
      }
    }
  }
  return findings
}
