import type { PathRewrite } from '../../fib/action.ts'
import { pathKind, type RouteRow, route } from '../../fib/layout.ts'
import type { TableView } from '../../fib/view.ts'

/**
 * The path that the endpoint is asked for, or undefined where the request must be refused.
 *
 * A prefix match replaces its prefix and nothing else (`/api` → `/` turns `/api/foo` into `//foo`); an exact or regex
 * match replaces the whole path; a match without a path condition replaces the prefix `/`. A regex rewrite replaces
 * what it matches within the path. Source: Istio HTTPRewrite, as recorded.
 *
 * A rewrite can join the rest of a path to a `..` segment (`/a` → `/b/` on `/a../x`). `fetch` would resolve it, and
 * the endpoint would be asked for a path that no rule has matched: such a request is refused. So is one whose path was
 * not normalised before it was matched, and is not what `fetch` would make of it.
 */
export function rewritePath(
  table: TableView,
  row: RouteRow,
  rewrite: PathRewrite | undefined,
  path: string,
): string | undefined {
  if (!rewrite) return table.pathNormalization === 'none' && fetchWouldResolve(path) ? undefined : path
  const joined =
    rewrite.kind === 'regex'
      ? table.patternFor(rewrite.regex).replaceAll(path, rewrite.substitution)
      : rewrite.path + path.slice(matchedBytes(table, row, path))
  // Without its slash the path would run on from the endpoint's host and port, and name another host.
  const rewritten = escapeForUrl(joined.startsWith('/') ? joined : `/${joined}`)
  return fetchWouldResolve(rewritten) ? undefined : rewritten
}

/** Whether a path reads otherwise to `fetch`: it resolves dot segments, and takes a backslash for a slash. */
function fetchWouldResolve(path: string): boolean {
  return path.includes('\\') || dotSegment.test(path)
}

/** How much of a path a route's match took: its prefix, or all of it. A match without a path takes the prefix `/`. */
export function matchedBytes({ routes }: TableView, row: RouteRow, path: string): number {
  const at = row * route.words
  const kind = routes[at + route.pathKind]
  return kind === pathKind.prefix || kind === pathKind.any ? routes[at + route.matchedBytes]! : path.length
}

/**
 * What a URL parser would drop, cut off or turn into something else is escaped first, so that the path in the log is
 * the one that is asked for.
 */
function escapeForUrl(path: string): string {
  return path.replace(/[^\u0021-\u007e]|[#\\]/gu, character => encodeURIComponent(character.toWellFormed()))
}

// What `fetch` takes for a dot segment, also in its escaped form.
const dotSegment = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i

/** The query follows a path as it was sent, behind a `?` that an empty one keeps. */
export function withQuery(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`
}
