import type { CookieKey, HashKey } from '../../fib/balancing.ts'
import { headerValues, isReservedHeader, queryValue, type RequestHead } from '../../fib/request-head.ts'
import { xxHash64 } from '../balance/xx-hash64.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields, Platform } from '../platform.ts'

/** What leads a request to its endpoint. */
export interface RequestKey {
  /** Undefined where it has none: then chance does. */
  readonly hash: bigint | undefined
  /** A `set-cookie` for each cookie that it lacks, and is given, so that it comes to the same endpoint again. */
  readonly cookies: readonly string[]
}

/** What the key of a request is read from. */
export interface KeyContext {
  readonly head: RequestHead
  readonly request: Pick<DownstreamRequest, 'connection'>
  readonly platform: Pick<Platform, 'uuid'>
}

const noKey: RequestKey = { hash: undefined, cookies: [] }

/**
 * The hash of all that a plan is balanced by, as far as the request has it.
 *
 * Source: Envoy's HashPolicyImpl, which reads headers and target as they go upstream.
 *
 * @param headers as they go upstream
 */
export function requestKey(
  plan: Pick<ForwardPlan, 'hashKeys' | 'target' | 'authority'>,
  context: KeyContext,
  headers: HeaderFields,
): RequestKey {
  if (!plan.hashKeys) return noKey
  let { hash } = noKey
  const cookies: string[] = []
  for (const key of plan.hashKeys) {
    const given =
      key.kind === 'cookie' ? cookieHash(key, context, headers) : { hash: hashOf(key, plan, context, headers) }
    if (given.hash === undefined) continue
    hash = hash === undefined ? given.hash : BigInt.asUintN(64, (hash << 1n) | (hash >> 63n)) ^ given.hash
    if (given.cookie !== undefined) cookies.push(given.cookie)
  }
  return { hash, cookies }
}

function hashOf(
  key: Exclude<HashKey, CookieKey>,
  plan: Pick<ForwardPlan, 'target' | 'authority'>,
  { head }: KeyContext,
  headers: HeaderFields,
): bigint | undefined {
  switch (key.kind) {
    case 'header': {
      const values = headerLines(key.name, plan, head, headers)
      // Several lines are one key, in whatever order they come; where a runtime joins them, what they are joined to.
      return values.length === 0 ? undefined : [...values].sort().reduce((hash, value) => xxHash64(value, hash), 0n)
    }
    case 'query':
      return hashIfThere(queryValue(queryOf(plan.target), key.name))
    case 'client-address':
      return hashIfThere(head.client?.address)
    default:
      return key satisfies never
  }
}

function queryOf(target: string): string | undefined {
  const mark = target.indexOf('?')
  return mark < 0 ? undefined : target.slice(mark + 1)
}

function hashIfThere(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : xxHash64(text)
}

function headerLines(
  name: string,
  { target, authority }: Pick<ForwardPlan, 'target' | 'authority'>,
  head: RequestHead,
  headers: HeaderFields,
): readonly string[] {
  if (name === ':path') return [target]
  if (name === ':authority' || name === 'host') return [authority]
  if (name.startsWith(':') || isReservedHeader(name)) return headerValues(head, name)
  return linesOf(headers, name)
}

function linesOf(headers: HeaderFields, name: string): readonly string[] {
  if (headers.valuesOf) return headers.valuesOf(name)
  const value = headers.get(name)
  return value === null ? [] : [value]
}

function cookieHash(
  key: CookieKey,
  { request, platform }: KeyContext,
  headers: HeaderFields,
): { readonly hash: bigint | undefined; readonly cookie?: string } {
  const sent = cookieValue(linesOf(headers, 'cookie'), key.name)
  if (sent !== '') return { hash: xxHash64(sent) }
  if (key.ttlSeconds === undefined) return { hash: undefined }
  // All requests of a connection get the same one; where connections cannot be distinguished, each gets its own.
  const value = xxHash64(request.connection ?? platform.uuid())
    .toString(16)
    .padStart(16, '0')
  return { hash: xxHash64(value), cookie: setCookie(key, value) }
}

/** The value of the first cookie of that name, without the quotes around it; `''` where there is none. */
function cookieValue(lines: readonly string[], name: string): string {
  for (const pair of lines.flatMap(line => line.split(';'))) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).replace(/^ +/, '') !== name) continue
    const value = pair.slice(equals + 1)
    return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  }
  return ''
}

function setCookie({ name, ttlSeconds, path, attributes = [] }: CookieKey, value: string): string {
  const parts = [
    `${name}="${value}"`,
    ...(ttlSeconds ? [`Max-Age=${ttlSeconds}`] : []),
    ...(path ? [`Path=${path}`] : []),
    ...attributes,
    'HttpOnly',
  ]
  return parts.join('; ')
}
