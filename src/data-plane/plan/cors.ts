import type { ValueMatch } from '../../fib/condition.ts'
import type { CorsPolicy } from '../../fib/cors.ts'
import { headerValues, type RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import type { HeaderLine } from './request-plan.ts'

/** What CORS means for a request: headers for the answer, or an answer of its own to a preflight. */
export type CorsDecision =
  | { readonly kind: 'pass'; readonly headers: readonly HeaderLine[] }
  | { readonly kind: 'answer'; readonly headers: readonly HeaderLine[] }

/**
 * A preflight (OPTIONS with an origin and a requested method) from an allowed origin is answered at once. From
 * another origin it goes on to the endpoint, unless the policy answers it without allowing anything.
 * Source: Envoy's CORS filter under Istio's CorsPolicy, as recorded.
 */
export function decideCors(policy: CorsPolicy | undefined, head: RequestHead, table: TableView): CorsDecision {
  const origin = policy && first(head, 'origin')
  if (policy === undefined || origin === undefined) return pass
  const isAllowed = policy.allowOrigins.some(match => accepts(table, match, origin))
  const requested = head.method === 'OPTIONS' ? first(head, 'access-control-request-method') : undefined
  if (!isAllowed) return requested && policy.answersUnmatchedPreflights ? { kind: 'answer', headers: [] } : pass
  if (!requested) return { kind: 'pass', headers: allowHeaders(policy, origin) }
  return { kind: 'answer', headers: [...allowHeaders(policy, origin), ...preflightHeaders(policy, head, requested)] }
}

const pass: CorsDecision = { kind: 'pass', headers: [] }

function first(head: RequestHead, name: string): string | undefined {
  return headerValues(head, name)[0] || undefined
}

function allowHeaders({ allowsCredentials, exposeHeaders }: CorsPolicy, origin: string): HeaderLine[] {
  const lines: HeaderLine[] = [['access-control-allow-origin', origin]]
  if (allowsCredentials) lines.push(['access-control-allow-credentials', 'true'])
  if (exposeHeaders !== undefined) lines.push(['access-control-expose-headers', exposeHeaders])
  return lines
}

/** `*` means nothing to a browser that sends credentials, so what it asks for is named then. */
function preflightHeaders(policy: CorsPolicy, head: RequestHead, requestedMethod: string): HeaderLine[] {
  const lines: HeaderLine[] = []
  const named = (allowed: string, requested: string) =>
    allowed === '*' && policy.allowsCredentials ? requested : allowed
  if (policy.allowMethods !== undefined) {
    lines.push(['access-control-allow-methods', named(policy.allowMethods, requestedMethod)])
  }
  if (policy.allowHeaders !== undefined) {
    const requested = first(head, 'access-control-request-headers') ?? ''
    lines.push(['access-control-allow-headers', named(policy.allowHeaders, requested)])
  }
  if (policy.maxAgeSeconds !== undefined) lines.push(['access-control-max-age', String(policy.maxAgeSeconds)])
  return lines
}

/** Whether an origin is one that a policy allows. Source: Istio CorsPolicy.allowOrigins. */
function accepts(table: TableView, match: ValueMatch, origin: string): boolean {
  switch (match.kind) {
    case 'exact':
      return origin === match.value
    case 'prefix':
      return origin.startsWith(match.value)
    case 'regex':
      return table.patternFor(match.regex).matches(origin)
    case 'present':
      return true
    default:
      return match satisfies never
  }
}
