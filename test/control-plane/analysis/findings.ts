import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import type { DiagnosticCode } from '../../../src/diagnostics/catalogue.ts'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

/** Files by their paths, or the resources of a single one, `a.yaml`. */
export type Routes = Readonly<Record<string, string>> | readonly string[]

/** All findings with one of the codes. */
export function found(codes: readonly DiagnosticCode[], routes: Routes): Diagnostic[] {
  const texts = Array.isArray(routes) ? { 'a.yaml': documents(...routes) } : (routes as Record<string, string>)
  return compileRoutes(sourceFiles({ ...texts, 'base.yaml': base })).diagnostics.filter(({ code }) =>
    codes.includes(code),
  )
}

/** `IST0130 a.yaml:10:7 what is wrong`, for each finding with one of the codes. */
export function findings(codes: readonly DiagnosticCode[], routes: Routes): string[] {
  return found(codes, routes).map(
    ({ code, span, message }) => `${code} ${span?.file}:${span?.start.line}:${span?.start.column} ${message}`,
  )
}

/** What everything else needs to be without a finding. */
const base = documents(
  resource(
    'Gateway',
    'edge',
    '  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*.example.com", "example.org"] }]',
  ),
  serviceEntry('one.internal', 'one.example.net v1'),
  serviceEntry('two.internal', 'two.example.net'),
)

/** Rules on the Gateway `edge`; the rules start at line 8. */
export function virtualService(rules: string, { name = 'shop', host = 'shop.example.com' } = {}): string {
  return resource(
    'VirtualService',
    name,
    `
  hosts: ["${host}"]
  gateways: [edge]
  http:
${rules.replace(/^\n/, '').trimEnd()}`,
  )
}

export const toOne = 'route: [{ destination: { host: one.internal } }]'
export const toTwo = 'route: [{ destination: { host: two.internal } }]'

/** A rule for each match, in this order; each takes two lines, the first from line 8 on. */
export function rulesFor(...matches: readonly string[]): string {
  return matches
    .map((match, index) => `    - match: [{ ${match} }]\n      ${index % 2 === 0 ? toOne : toTwo}`)
    .join('\n')
}
