import type { RedirectAction } from '../../fib/action.ts'
import type { RequestHead, Scheme } from '../../fib/request-head.ts'
import { withQuery } from './rewrite.ts'

const defaultPort = { http: 80, https: 443 } as const

/**
 * The Location of a redirect.
 *
 * The Host's port is kept as long as only path or scheme change; with another authority it is dropped; a port that is
 * the default of its scheme is left out. The query is kept unless the new path has one of its own.
 * Source: Istio HTTPRedirect, as recorded from Envoy.
 *
 * @param matchedBytes how much of the path the match took: that is what a new prefix replaces
 */
export function redirectLocation(action: RedirectAction, head: RequestHead, matchedBytes: number): string {
  const scheme = action.scheme ?? head.scheme
  const location = `${scheme}://${newAuthority(action, head, scheme)}${newTarget(action, head, matchedBytes)}`
  // A header value holds visible ASCII only; anything else in the query becomes escapes.
  return location.replace(/[^\u0021-\u007e]/gu, character => encodeURIComponent(character.toWellFormed()))
}

function newAuthority(action: RedirectAction, head: RequestHead, scheme: Scheme): string {
  const wanted = action.port === 'listener' ? head.port : action.port === 'sent' ? undefined : action.port
  // The default port of the new scheme is as good as none.
  const port = wanted === defaultPort[scheme] ? undefined : wanted
  // A new authority stands as it is written, with a port of its own where it has one.
  if (action.authority !== undefined) return withPort(action.authority, port)
  const [host, sentPort] = splitAuthority(head.authority)
  // Going from http to https, `:80` was the old scheme's default and means nothing to the new one.
  const isOldDefault = action.port !== 'sent' && scheme !== head.scheme && sentPort === String(defaultPort[head.scheme])
  return withPort(host, port ?? (isOldDefault ? undefined : sentPort))
}

function withPort(host: string, port: number | string | undefined): string {
  return port === undefined ? host : `${host}:${port}`
}

function splitAuthority(authority: string): [host: string, port: string | undefined] {
  const mark = authority.lastIndexOf(':')
  if (mark <= authority.lastIndexOf(']')) return [authority, undefined]
  const port = authority.slice(mark + 1)
  return [authority.slice(0, mark), port || undefined]
}

function newTarget({ path, prefix }: RedirectAction, head: RequestHead, matchedBytes: number): string {
  if (path?.includes('?')) return path
  const base = path ?? (prefix === undefined ? head.path : prefix + head.path.slice(matchedBytes))
  return withQuery(base.startsWith('/') ? base : `/${base}`, head.query)
}
