import type { PathRewrite } from '../../fib/action.ts'
import { pathKind, pathShape, type RouteRow, route } from '../../fib/layout.ts'
import type { TableView } from '../../fib/view.ts'

/**
 * The path that is sent upstream.
 *
 * A prefix match replaces its prefix and nothing else (`/api` → `/` turns `/api/foo` into `//foo`); an exact or regex
 * match replaces the whole path; a match without a path condition replaces the prefix `/`. A regex rewrite replaces
 * what it matches within the path. Source: Istio HTTPRewrite, as recorded.
 */
export function rewritePath(table: TableView, row: RouteRow, rewrite: PathRewrite | undefined, path: string): string {
  if (!rewrite) return path
  const joined =
    rewrite.kind === 'regex'
      ? table.patternFor(rewrite.regex).replaceAll(path, rewrite.substitution)
      : rewrite.path + path.slice(matchedBytes(table, row, path))
  // Without its slash the path would run on from the endpoint's host and port, and name another host.
  return escapeForUrl(joined.startsWith('/') ? joined : `/${joined}`)
}

/** How much of a path a route's match took: its prefix, or all of it. A match without a path takes the prefix `/`. */
export function matchedBytes({ routes }: TableView, row: RouteRow, path: string): number {
  const shape = routes[row * route.words + route.pathShape]!
  const kind = shape & pathShape.kindMask
  if (kind === pathKind.any) return 1
  // A path is ASCII, and so is every prefix that it starts with: a byte is a character.
  return kind === pathKind.prefix ? shape >> pathShape.bytesShift : path.length
}

/**
 * What a URL parser would drop, cut off or turn into something else is escaped first, so that the path in the log is
 * the one that is asked for.
 */
function escapeForUrl(path: string): string {
  return path.replace(/[^\u0021-\u007e]|[#\\]/gu, character => encodeURIComponent(character.toWellFormed()))
}

/** The query follows a path as it was sent, behind a `?` that an empty one keeps. */
export function withQuery(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`
}
