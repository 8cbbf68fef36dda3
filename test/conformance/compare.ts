import { answeringHit, originOf } from './answering-origin.ts'
import type { Circumstances } from './circumstances.ts'
import { arrivalOf, arrivalOfMirror, compareArrival, sentBy } from './compare-arrival.ts'
import { compareShares } from './compare-shares.ts'
import { headerMap, headerMapOf, isNormalisedAway, joined, sameLines, shown } from './header-lines.ts'
import type { Exchange, RawResponse } from './http-connection.ts'
import { type Mismatch, Mismatches } from './mismatch.ts'
import type { Hit } from './origins.ts'
import type { Observation } from './play-case.ts'
import type { Expectation, RecordedCase } from './recording.ts'
import type { Runtime } from './runtime.ts'

/** Everything that a case's expectation names and that is not so; empty where the case passes. */
export function compareCase(
  recorded: RecordedCase,
  observation: Observation,
  circumstances: Circumstances,
): readonly Mismatch[] {
  const { kind = 'http', repeat, expect } = recorded
  if (repeat !== undefined) return compareShares(recorded, observation, circumstances)
  const exchange = observation.exchanges[0]!
  const mismatches = new Mismatches()
  if (expect.refused) mismatches.add('connection', 'refused', describe(exchange), exchange.kind === 'refused')
  else if (expect.closed) {
    const isClosed = exchange.kind === 'closed' && exchange.received.length === 0
    mismatches.add('connection', 'closed without an answer', describe(exchange), isClosed)
  } else if (kind === 'tls' || kind === 'tcp') {
    mismatches.equal('origin', expect.origin, originOf(exchange, observation.hits))
  } else if (exchange.kind !== 'answered') {
    mismatches.add('answer', `status ${expect.status}`, describe(exchange), false)
  } else {
    compareAnswer(mismatches, recorded, exchange, observation, circumstances)
  }
  return mismatches.all
}

function describe(exchange: Exchange): string {
  return exchange.kind === 'answered' ? `status ${exchange.status}` : exchange.kind
}

function compareAnswer(
  mismatches: Mismatches,
  { request, expect }: RecordedCase,
  response: RawResponse,
  { hits, elapsedMs }: Observation,
  { runtime }: Circumstances,
): void {
  const hit = answeringHit(response, hits)
  mismatches.equal('status', expect.status, response.status)
  if (expect.originAnyOf) {
    mismatches.add('origin', expect.originAnyOf, hit?.port ?? null, expect.originAnyOf.includes(hit?.port ?? 0))
  } else {
    mismatches.equal('origin', expect.origin, hit?.port ?? null)
  }
  if (hit && expect.origin !== null) {
    compareArrival(mismatches, 'origin', { ...sentBy(request), ...arrivalOf(expect) }, hit, request, runtime)
  }
  compareAnswerHeaders(mismatches, expect, response, hit, runtime)
  if (expect.body !== undefined) mismatches.equal('body', expect.body, response.body.toString())
  if (expect.bodyBase64 !== undefined) mismatches.equal('body', expect.bodyBase64, response.body.toString('base64'))
  compareCounts(mismatches, { request, expect }, hits, hit, runtime)
  if (expect.minElapsedMs !== undefined) {
    const got = Math.round(elapsedMs)
    mismatches.add('elapsed', `at least ${expect.minElapsedMs} ms`, `${got} ms`, elapsedMs >= expect.minElapsedMs)
  }
}

function compareAnswerHeaders(
  mismatches: Mismatches,
  expect: Expectation,
  { headers }: RawResponse,
  hit: Hit | undefined,
  runtime: Runtime,
): void {
  const got = headerMap(headers)
  const named = headerMapOf(expect.responseHeaders ?? {})
  for (const [name, lines] of named) {
    mismatches.add(`header ${name}`, joined(name, lines), shown(name, got), sameLines(name, lines, got.get(name)))
  }
  const absent = new Set(expect.responseHeadersAbsent?.map(name => name.toLowerCase()))
  for (const name of absent) mismatches.add(`header ${name}`, undefined, shown(name, got), !got.has(name))
  mismatches.equal('header location', expect.location, shown('location', got) && got.get('location')![0])
  const fromOrigin = new Map(Object.entries(hit?.answerHeaders ?? {}))
  for (const [name, lines] of got) {
    if (isNormalisedAway(name) || name === 'location' || named.has(name) || absent.has(name)) continue
    const origin = fromOrigin.get(name)
    // The type of the gateway's own error replies is not recorded.
    const isAllowed =
      name in runtime.ownResponseHeaders ||
      (hit === undefined && name === 'content-type') ||
      (origin !== undefined && sameLines(name, [origin], lines))
    mismatches.add(`header ${name}`, origin, joined(name, lines), isAllowed)
  }
}

/** Attempts and mirrors. What arrived at a shadow origin and is not the answer is a mirror; all else is an attempt. */
function compareCounts(
  mismatches: Mismatches,
  { request, expect }: Pick<RecordedCase, 'request' | 'expect'>,
  hits: readonly Hit[],
  answering: Hit | undefined,
  runtime: Runtime,
): void {
  const others = hits.filter(hit => hit !== answering)
  for (const mirror of expect.mirrors ?? []) {
    const at = others.findIndex(({ port }) => port === mirror.port)
    mismatches.add(`mirror ${mirror.port}`, mirror.target, undefined, at >= 0)
    if (at < 0) continue
    const [hit] = others.splice(at, 1)
    const arrival = { method: request.method ?? 'GET', ...arrivalOfMirror(mirror) }
    compareArrival(mismatches, `mirror ${mirror.port}`, arrival, hit!, request, runtime)
  }
  const attempts = others.length + (answering ? 1 : 0)
  if (expect.attempts !== undefined) mismatches.equal('attempts', expect.attempts, attempts)
  else if (expect.mirrors) {
    mismatches.equal('other requests at origins', '', others.map(({ port, target }) => `${port} ${target}`).join(', '))
  }
}
