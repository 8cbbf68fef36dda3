import { type ReadResult, readConfig } from '../../../src/control-plane/config/read-config.ts'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'

/** Reads one file called `routes.yaml`. */
export function readYaml(yaml: string): ReadResult {
  return readConfig([{ path: 'routes.yaml', bytes: new TextEncoder().encode(yaml) }])
}

/** `SB2001 9:7 spec.http[0].rout`: what the tests compare of a diagnostic. */
export function summary({ code, span, path }: Diagnostic): string {
  const place = span ? ` ${span.start.line}:${span.start.column}` : ''
  return `${code}${place}${path === undefined ? '' : ` ${path}`}`
}

/** The summaries of all that is said about one file. */
export function summaries(yaml: string): string[] {
  return readYaml(yaml).diagnostics.map(summary)
}

/** The text that a diagnostic marks. */
export function marked(yaml: string, { span }: Diagnostic): string {
  return span ? yaml.slice(span.start.offset, span.end.offset) : ''
}

/** A VirtualService on a Gateway with these rules; the rules start at line 8, indented by two. */
export function withRules(rules: string): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http:
${rules.replace(/^\n/, '').trimEnd()}
`
}

/** A resource of the kind with this spec; the spec starts at line 5, indented by two. */
export function withSpec(kind: string, spec: string): string {
  return `apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: shop}
spec:
${spec.replace(/^\n/, '').trimEnd()}
`
}
