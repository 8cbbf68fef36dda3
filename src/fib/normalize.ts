/**
 * The normal forms of host and path that both planes agree on. A path is matched and forwarded in the same form,
 * so that no origin is ever asked for another path than the one a rule has matched.
 */

/** A request target taken apart: the path as sent, and what follows the first `?`. A fragment is dropped. */
export interface SplitTarget {
  readonly path: string
  readonly query: string | undefined
}

export function splitTarget(target: string): SplitTarget {
  const fragment = target.indexOf('#')
  const sent = fragment < 0 ? target : target.slice(0, fragment)
  const mark = sent.indexOf('?')
  return mark < 0 ? { path: sent, query: undefined } : { path: sent.slice(0, mark), query: sent.slice(mark + 1) }
}

// Anything that makes a path differ from its normal form: an escape, a backslash, a dot that begins a segment, a
// character that must be escaped, or one that cannot stand in a target at all.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what it looks for.
const mayChange = /[%\\"<>^`{|}\u007f-\uffff]|\/\.|[\u0000-\u0020]/

/**
 * How far a path is brought to its normal form: not at all; by RFC 3986 (`base`); then with each run of slashes as one;
 * or that with escaped slashes and backslashes decoded first. Source: Istio MeshConfig.pathNormalization.
 */
export type PathNormalization = 'none' | 'base' | 'merge-slashes' | 'decode-and-merge-slashes'

/**
 * The normal form of a path, or undefined where the request must be refused with 400.
 *
 * Without normalisation the path stays as sent, and only what no target may hold is refused.
 * Source: Envoy's `normalize_path`, `merge_slashes` and `path_with_escaped_slashes_action`, as recorded.
 */
export function normalizePath(path: string, normalization: PathNormalization = 'base'): string | undefined {
  switch (normalization) {
    case 'none':
      return path.startsWith('/') && !mayNotStand.test(path) ? path : undefined
    case 'base':
      return normalizeSegments(path)
    case 'merge-slashes':
      return mergeSlashes(normalizeSegments(path))
    case 'decode-and-merge-slashes':
      return mergeSlashes(normalizeSegments(decodeSlashes(path)))
    default:
      return normalization satisfies never
  }
}

// White space, control characters and non-ASCII text.
const mayNotStand = /[^\u0021-\u007e]/

function decodeSlashes(path: string): string {
  return path.includes('%') ? path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\') : path
}

/** Each run of slashes as one. Envoy keeps two of a path that has nothing else. */
function mergeSlashes(path: string | undefined): string | undefined {
  if (!path?.includes('//')) return path
  const merged = path.replace(/\/{2,}/g, '/')
  return merged === '/' ? '//' : merged
}

/**
 * Dot segments are removed (RFC 3986 §5.2.4), also when written `%2e`, and when a `;` follows the bare dots; `\`
 * becomes `/`; escapes of unreserved characters are decoded, other escapes stay as sent; `//` stays; the characters
 * `" < > ^ { | }` and the backtick become escapes. `%00`, control characters and non-ASCII text are refused.
 * What comes out has no dot segment in any form that a URL parser would resolve once more.
 */
function normalizeSegments(path: string): string | undefined {
  if (path.charCodeAt(0) !== 47 /* / */) return undefined
  if (!mayChange.test(path)) return path
  if (mayNotStand.test(path)) return undefined
  const kept: string[] = []
  const segments = withoutDotParameters(path).slice(1).replaceAll('\\', '/').split('/')
  for (const [index, sent] of segments.entries()) {
    const segment = normalizeSegment(sent)
    if (segment === undefined) return undefined
    const isDots = segment === '.' || segment === '..'
    if (!isDots) kept.push(segment)
    if (segment === '..') kept.pop()
    // A dot segment at the end leaves its slash.
    if (isDots && index === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
}

/** Parameters (`..;x`) do not hide dots that were sent bare behind a slash; they reach to the next slash. */
function withoutDotParameters(path: string): string {
  return path.includes('.;') ? path.replace(/\/(\.{1,2});[^/]*/g, '/$1') : path
}

function normalizeSegment(sent: string): string | undefined {
  const characters: string[] = []
  const barePercents: number[] = []
  for (let at = 0; at < sent.length; at++) {
    const code = sent.charCodeAt(at)
    if (code !== 37 /* % */) {
      characters.push(mustEscape(code) ? `%${code.toString(16).toUpperCase()}` : sent[at]!)
      continue
    }
    const decoded = decodeEscape(sent, at)
    if (decoded === 0) return undefined
    if (decoded < 0) barePercents.push(characters.length)
    if (decoded < 0 || !isUnreserved(decoded)) {
      characters.push('%')
    } else {
      characters.push(String.fromCharCode(decoded))
      at += 2
    }
  }
  // A percent sign that began no escape must not begin one now that its neighbours are decoded: `%2%65` is `%252e`.
  for (const at of barePercents) {
    if (/^[0-9A-Fa-f]{2}/.test(characters.slice(at + 1, at + 3).join(''))) characters[at] = '%25'
  }
  return characters.join('')
}

/** The byte that the escape at `at` stands for, or -1 where it is no escape. */
function decodeEscape(path: string, at: number): number {
  const high = hexDigit(path.charCodeAt(at + 1))
  const low = hexDigit(path.charCodeAt(at + 2))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 70) return code - 55
  if (code >= 97 && code <= 102) return code - 87
  return -1
}

/** Letters, digits and `- . _ ~` (RFC 3986 §2.3). */
function isUnreserved(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 46 ||
    code === 95 ||
    code === 126
  )
}

function mustEscape(code: number): boolean {
  return code === 34 || code === 60 || code === 62 || code === 94 || code === 96 || (code >= 123 && code <= 125)
}

// A registered name or IPv4 address, or an IPv6 address in brackets; then perhaps a port, which nothing depends on.
const hostShape = /^(?:[A-Za-z0-9._~!$&'()*+;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[A-Za-z0-9._~-]*)?$/

/**
 * The host that chooses the virtual host: lower case, without its port. Undefined where the Host header is missing
 * or malformed (a path, a second host, white space or user information in it): such a request is refused with 400.
 * A trailing dot stays: `example.com.` is another name.
 */
export function normalizeHost(authority: string): string | undefined {
  if (!hostShape.test(authority)) return undefined
  const portMark = authority.lastIndexOf(':')
  const host = portMark > authority.lastIndexOf(']') ? authority.slice(0, portMark) : authority
  return host.toLowerCase()
}

/** Whether `fetch` would ask for another path: it resolves dot segments, and takes a backslash for a slash. */
export function fetchWouldResolve(target: string): boolean {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  return path.includes('\\') || dotSegment.test(path)
}

// What `fetch` takes for a dot segment, also in its escaped form.
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

/** Lower case for ASCII letters alone, which is what "ignore case" means for a path in Envoy. */
export function foldCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, letters => letters.toLowerCase()) : text
}
