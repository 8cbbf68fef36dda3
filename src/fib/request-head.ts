/**
 * What forwarding decides by: a request's head in the one form that rules are matched against.
 *
 * Both planes read it: `match` and `interpret` get the same head, so that they can only differ in how they search.
 */
export interface RequestHead {
  /** As sent; methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string
  readonly scheme: Scheme
  /** The Host header as sent, with its port and letter case: what `authority` conditions compare. */
  readonly authority: string
  /** The host that chooses the virtual host: lower case, without port. */
  readonly host: string
  /** The port of the listener that the request came in by. */
  readonly port: number
  /** The name of that listener, where the runtime knows it; without it, the table chooses one. */
  readonly listener?: string | undefined
  /** In normal form (`normalizePath`), without the query. Always starts with `/`. */
  readonly path: string
  /** Everything after the first `?`, as sent; undefined where the target has no `?`. */
  readonly query: string | undefined
  readonly headers: HeaderLines
  /** What the runtime knows of the client. */
  readonly client?: ClientContext | undefined
  /** What was sent as `x-forwarded-for`, and behind it the address that the request came from. */
  readonly forwardedFor?: string | undefined
}

/**
 * Facts about a client by their names (`country`, `asn`, `tls-version`, …). Rules match them as headers with the prefix
 * `x-signalbox-client-`, which no client can set. A fact that the runtime does not know is absent.
 */
export type ClientContext = Readonly<Partial<Record<ClientFact, string>>>

/** In the order of docs/client-context.md. */
export const clientFacts = [
  'address',
  'country',
  'continent',
  'region',
  'city',
  'colo',
  'asn',
  'protocol',
  'tls-version',
  'cert-verified',
  'cert-sha256',
] as const
export type ClientFact = (typeof clientFacts)[number]

/** What stands before a client fact where a rule names it. */
const clientPrefix = 'x-signalbox-client-'

export type Scheme = 'http' | 'https'

/** Read access to header lines, the way a rule tests them. */
export interface HeaderLines {
  /**
   * Each value that a condition on this header is tested against, in order; empty where the header is absent.
   * Where a runtime hands over repeated lines joined with `, `, the joined value comes first, then its parts.
   *
   * @param name in lower case
   */
  valuesOf(name: string): readonly string[]
}

/**
 * The values of a header, with those that the gateway itself gives: pseudo headers (`:path` is the path with its
 * query), `host`, `x-forwarded-proto`, which tells the listener's scheme whatever a client sends, `x-forwarded-for` with
 * the address that the request came from, and facts about the client (`x-signalbox-client-country`). Other names that are reserved for gateways (`x-signalbox-`, `x-envoy-`) have no
 * value: no client can set them.
 *
 * @param name in lower case
 */
export function headerValues(head: RequestHead, name: string): readonly string[] {
  switch (name) {
    case ':path':
      return [head.query === undefined ? head.path : `${head.path}?${head.query}`]
    case ':method':
      return [head.method]
    case ':scheme':
    case 'x-forwarded-proto':
      return [head.scheme]
    case ':authority':
    case 'host':
      return [head.authority]
    case 'x-forwarded-for':
      return head.forwardedFor === undefined ? [] : [head.forwardedFor]
    default:
      return isReservedHeader(name) ? factOf(head, name) : head.headers.valuesOf(name)
  }
}

function factOf({ client }: RequestHead, name: string): readonly string[] {
  if (client === undefined || !name.startsWith(clientPrefix)) return []
  const fact = client[name.slice(clientPrefix.length) as ClientFact]
  return fact === undefined ? [] : [fact]
}

/** Whether a header is the gateway's own: it is taken out of every request. */
export function isReservedHeader(name: string): boolean {
  return name.startsWith('x-signalbox-') || name.startsWith('x-envoy-')
}

/** Header lines from pairs, as tests and tools make them; names in any letter case. */
export function headerLinesOf(pairs: Iterable<readonly [string, string]>): HeaderLines {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const key = name.toLowerCase()
    const known = values.get(key)
    if (known) known.push(value)
    else values.set(key, [value])
  }
  return { valuesOf: name => values.get(name) ?? [] }
}

/**
 * The values that the first occurrence of a query parameter has: `''` for `?flag` and `?flag=`, undefined where the
 * parameter is absent. Names and values are compared as sent, without percent-decoding.
 *
 * Source: Envoy's query parameter matcher, under Istio's HTTPMatchRequest.queryParams.
 */
export function queryValue(query: string | undefined, name: string): string | undefined {
  if (query === undefined) return undefined
  for (let start = 0; start <= query.length; ) {
    let end = query.indexOf('&', start)
    if (end < 0) end = query.length
    if (query.startsWith(name, start)) {
      const after = start + name.length
      if (after === end) return ''
      if (query.charCodeAt(after) === 61 /* = */ && after < end) return query.slice(after + 1, end)
    }
    start = end + 1
  }
  return undefined
}
