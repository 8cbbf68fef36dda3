import type { PathRewrite } from '../../fib/action.ts'
import { pathKind, type RouteRow, route } from '../../fib/layout.ts'
import type { TableView } from '../../fib/view.ts'

/**
 * The path that the endpoint is asked for, or undefined where the request must be refused.
 *
 * A prefix match replaces its prefix and nothing else (`/api` → `/` turns `/api/foo` into `//foo`); an exact or regex
 * match replaces the whole path; a match without a path condition replaces the prefix `/`.
 * Source: Istio HTTPRewrite.uri, as recorded.
 *
 * A rewrite can join the rest of a path to a `..` segment (`/a` → `/b/` on `/a../x`). `fetch` would resolve it, and
 * the endpoint would be asked for a path that no rule has matched: such a request is refused.
 */
export function rewritePath(
  { routes }: TableView,
  row: RouteRow,
  rewrite: PathRewrite | undefined,
  path: string,
): string | undefined {
  if (!rewrite) return path
  const at = row * route.words
  const kind = routes[at + route.pathKind]
  const replacesPrefix = kind === pathKind.prefix || kind === pathKind.any
  const joined = replacesPrefix ? rewrite.path + path.slice(routes[at + route.matchedBytes]!) : rewrite.path
  // Without its slash the path would run on from the endpoint's host and port, and name another host.
  const rewritten = joined.startsWith('/') ? joined : `/${joined}`
  return dotSegment.test(rewritten) ? undefined : rewritten
}

// What `fetch` takes for a dot segment, also in its escaped forms and between backslashes.
const dotSegment = /[/\\](?:\.|%2e){1,2}(?:[/\\?#]|$)/i

/** The query follows a path as it was sent, behind a `?` that an empty one keeps. */
export function withQuery(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`
}
