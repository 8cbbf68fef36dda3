import type { Action, ForwardAction, RedirectAction, RespondAction, WeightedDestination } from '../../fib/action.ts'
import type { ValueMatch } from '../../fib/condition.ts'
import type { CorsPolicy } from '../../fib/cors.ts'
import type { HeaderChanges } from '../../fib/header-changes.ts'
import { defaultBackoffMs, type RetryPolicy } from '../../fib/retry.ts'
import { headerFacts } from '../explain/header-facts.ts'

/** What a route does, in one line: `→ cluster 90 %, other 10 %`, `redirect 301 …`, `respond 200`. */
export function actionWords(action: Action<string>): string {
  if (action.kind === 'redirect') return `redirect ${redirectWords(action)}`
  if (action.kind === 'respond') return `respond ${responseWords(action)}`
  const shares = [...sharesOf(action.destinations)]
  if (shares.length === 1) return `→ ${shares[0]![0]}`
  return `→ ${shares.map(([cluster, percent]) => `${cluster} ${percent} %`).join(', ')}`
}

/** The share of each cluster in percent, with at most two decimals. A destination alone gets everything. */
export function sharesOf(destinations: readonly WeightedDestination<string>[]): Map<string, number> {
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0)
  const weights = new Map<string, number>()
  for (const { cluster, weight } of destinations) weights.set(cluster, (weights.get(cluster) ?? 0) + weight)
  const percent = (weight: number) => (total === 0 ? 0 : Math.round((weight / total) * 10_000) / 100)
  return new Map(
    [...weights].map(([cluster, weight]) => [cluster, destinations.length === 1 ? 100 : percent(weight)] as const),
  )
}

/** The new path, host and port of a redirect as one target; what is not said stays as the client asked. */
export function redirectWords({ status, scheme, authority, port, path, prefix }: RedirectAction): string {
  const host = authority === undefined ? '' : ` host ${authority}`
  const place = `${scheme === undefined ? '' : ` ${scheme}`}${host}${port === undefined ? '' : ` port ${port}`}`
  const target = path !== undefined ? ` path ${path}` : prefix !== undefined ? ` prefix ${prefix}` : ''
  return `${status}${place}${target}`
}

/** `200 "text"`. */
export function responseWords({ status, body }: RespondAction): string {
  if (!body) return String(status)
  return `${status} ${'text' in body ? JSON.stringify(body.text) : `base64 ${body.base64}`}`
}

/** How a path is rewritten. */
export function rewriteWords(rewrite: NonNullable<ForwardAction<string>['rewrite']>): string {
  return rewrite.kind === 'prefix' ? rewrite.path : `regex ${rewrite.regex} → ${rewrite.substitution}`
}

/** How a request is tried again, one thing a line; what is as by default is not said, but for the conditions. */
export function retryWords(retries: RetryPolicy): string[] {
  const { attempts, on, statuses, perTryTimeoutMs, backoffMs, avoidsTriedEndpoints } = retries
  if (attempts === 0) return ['off']
  return [
    `up to ${attempts}`,
    `on ${[...on, ...statuses].join(',')}`,
    ...(perTryTimeoutMs === undefined ? [] : [`per try ${perTryTimeoutMs} ms`]),
    ...(backoffMs === defaultBackoffMs ? [] : [`backoff ${backoffMs} ms`]),
    ...(avoidsTriedEndpoints ? [] : ['also at endpoints that were tried']),
  ]
}

/** The faults of a route, one a line. */
export function faultWords({ delay, abort }: NonNullable<ForwardAction<string>['fault']>): string[] {
  const grpc = abort?.grpcStatus === undefined ? '' : ` (gRPC ${abort.grpcStatus})`
  return [
    ...(delay ? [`delay ${delay.durationMs} ms for ${delay.percent} %`] : []),
    ...(abort ? [`abort ${abort.status}${grpc} for ${abort.percent} %`] : []),
  ]
}

/** What a CORS policy allows, one thing a line. */
export function corsWords(cors: CorsPolicy): string[] {
  const said = (what: string, value: string | number | undefined) => (value === undefined ? [] : [`${what} ${value}`])
  return [
    ...cors.allowOrigins.map(originWords),
    ...said('methods', cors.allowMethods),
    ...said('headers', cors.allowHeaders),
    ...said('exposed headers', cors.exposeHeaders),
    ...said('max age (s)', cors.maxAgeSeconds),
    cors.allowsCredentials ? 'with credentials' : 'without credentials',
    cors.answersUnmatchedPreflights
      ? 'responds to preflights of other origins'
      : 'forwards preflights of other origins',
  ]
}

function originWords(origin: ValueMatch): string {
  if (origin.kind === 'present') return 'any origin'
  return `origin ${origin.kind} ${JSON.stringify(origin.kind === 'regex' ? origin.regex : origin.value)}`
}

/** Changes to the headers of a request or a response, one a line, in the order in which they are made. */
export function headerWords(which: 'request' | 'response', blocks: readonly HeaderChanges[] = []): string[] {
  const { changes } = headerFacts(blocks) ?? { changes: [] }
  return changes.map(change =>
    change.change === 'remove'
      ? `${which} − ${change.name}`
      : `${which} ${change.change === 'add' ? '+' : '='} ${change.name}: ${change.value}`,
  )
}
