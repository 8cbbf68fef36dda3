import type { Exchange, RawResponse } from './http-connection.ts'
import { type Hit, hitHeader } from './origins.ts'

/** The port of the origin that answered, null where the gateway itself did. */
export function originOf(exchange: Exchange, hits: readonly Hit[]): number | null {
  if (exchange.kind === 'closed') return Number(/^ORIGIN (\d+)/.exec(exchange.received.toString())?.[1] ?? 0) || null
  return exchange.kind === 'answered' ? (answeringHit(exchange, hits)?.port ?? null) : null
}

/**
 * The hit that an answer names, if an origin gave it. Origins number their hits one after another, so that the number in an answer tells the place in the
 * list.
 */
export function answeringHit({ headers }: RawResponse, hits: readonly Hit[]): Hit | undefined {
  const id = headers.find(([name]) => name === hitHeader)?.[1]
  return id === undefined || hits[0] === undefined ? undefined : hits[Number(id) - hits[0].id]
}
