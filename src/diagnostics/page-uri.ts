import type { DiagnosticCode } from './catalogue.ts'

/**
 * The URI of the page that explains a code: where it stands in this package, whatever machine that lies on.
 *
 * Source: https://github.com/package-url/purl-spec (the part behind the # is a path in the package).
 */
export function pageUri(code: DiagnosticCode): string {
  return `pkg:npm/signalbox#docs/diagnostics/${code}.md`
}
