import { type HeaderMap, headerMap, headerMapOf, isNormalisedAway, joined, sameLines, shown } from './header-lines.ts'
import type { Mismatches } from './mismatch.ts'
import type { Hit } from './origins.ts'
import type { Expectation, ExpectedMirror, RecordedCase } from './recording.ts'
import type { Runtime } from './runtime.ts'

/** What should have arrived at an origin; a field that is absent is not compared. */
export interface Arrival {
  readonly host?: string
  readonly target?: string
  readonly method?: string
  readonly bodyBytes?: number
  readonly headers?: HeaderMap
  readonly headersAbsent?: readonly string[]
}

/** What a request says of itself: it arrives like this unless it was changed on the way. */
export function sentBy({ method = 'GET', bodyBytes = 0 }: RecordedCase['request']): Arrival {
  return { method, bodyBytes }
}

export function arrivalOf(expect: Expectation): Arrival {
  return {
    ...(expect.originHost !== undefined && { host: expect.originHost }),
    ...(expect.originTarget !== undefined && { target: expect.originTarget }),
    ...(expect.originMethod !== undefined && { method: expect.originMethod }),
    ...(expect.originBodyBytes !== undefined && { bodyBytes: expect.originBodyBytes }),
    headers: headerMapOf(expect.originHeaders ?? {}),
    headersAbsent: expect.originHeadersAbsent ?? [],
  }
}

export function arrivalOfMirror(mirror: ExpectedMirror): Arrival {
  const { host, target, method, bodyBytes, headers = {}, headersAbsent = [] } = mirror
  return {
    host,
    target,
    ...(method !== undefined && { method }),
    ...(bodyBytes !== undefined && { bodyBytes }),
    headers: headerMapOf(headers),
    headersAbsent,
  }
}

/**
 * Compares what arrived at an origin. Headers that are not named are compared as well: what the client sent must arrive,
 * and what it did not send must not, except for what the runtime itself adds.
 */
export function compareArrival(
  mismatches: Mismatches,
  who: string,
  expected: Arrival,
  hit: Hit,
  request: RecordedCase['request'],
  runtime: Runtime,
): void {
  const got = headerMap(hit.headers)
  if (expected.host !== undefined) mismatches.equal(`${who} host`, expected.host, got.get(runtime.hostHeader)?.[0])
  if (expected.target !== undefined) mismatches.equal(`${who} target`, expected.target, hit.target)
  if (expected.method !== undefined) mismatches.equal(`${who} method`, expected.method, hit.method)
  if (expected.bodyBytes !== undefined) mismatches.equal(`${who} body bytes`, expected.bodyBytes, hit.bodyBytes)
  const sent = headerMapOf(request.headers ?? {})
  const named = expected.headers ?? new Map()
  for (const [name, lines] of named) {
    mismatches.add(
      `${who} header ${name}`,
      joined(name, lines),
      shown(name, got),
      sameLines(name, lines, got.get(name)),
    )
  }
  for (const name of expected.headersAbsent ?? []) {
    const key = name.toLowerCase()
    mismatches.add(`${who} header ${key}`, undefined, shown(key, got), !got.has(key))
  }
  const absent = new Set(expected.headersAbsent?.map(name => name.toLowerCase()))
  for (const [name, lines] of got) {
    if (isNormalisedAway(name) || name === 'host' || named.has(name) || absent.has(name)) continue
    if (sent.has(name))
      mismatches.add(
        `${who} header ${name}`,
        shown(name, sent),
        joined(name, lines),
        sameLines(name, sent.get(name)!, lines),
      )
    else mismatches.add(`${who} header ${name}`, undefined, joined(name, lines), name in runtime.ownRequestHeaders)
  }
  for (const [name, lines] of sent) {
    if (isNormalisedAway(name) || name === 'host' || named.has(name) || absent.has(name)) continue
    mismatches.add(`${who} header ${name}`, joined(name, lines), undefined, got.has(name))
  }
}
