import { fewRegexes } from '../../fib/pattern.ts'
import { literalBeginning } from './literal-beginning.ts'

/** A route whose path is a regex. */
export interface RegexRoute {
  readonly row: number
  readonly regex: string
}

// So many regexes may be tested on the way along one path. Of those that begin alike no more than a few count: more of
// them are tested at once.
const mostOnOneWay = 48

/**
 * Routes, with ascending rows, by the text that all paths begin with which their regexes match. Those whose beginnings are
 * nested too deeply in those of others begin with nothing: else a path could be tested against all of them, one by one.
 */
export function byBeginning(routes: readonly RegexRoute[]): ReadonlyMap<string, readonly RegexRoute[]> {
  const all = Map.groupBy(routes, ({ regex }) => literalBeginning(regex))
  const kept = new Map<string, readonly RegexRoute[]>()
  const atStart = [...(all.get('') ?? [])]
  const above: { readonly beginning: string; readonly met: number }[] = []
  // What begins with another one comes behind it, with nothing between them that does not.
  for (const [beginning, alike] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (beginning === '') continue
    while (above.length > 0 && !beginning.startsWith(above.at(-1)!.beginning)) above.pop()
    const met = (above.at(-1)?.met ?? 0) + Math.min(alike.length, fewRegexes)
    if (met > mostOnOneWay) for (const route of alike) atStart.push(route)
    else {
      kept.set(beginning, alike)
      above.push({ beginning, met })
    }
  }
  atStart.sort((a, b) => a.row - b.row)
  return atStart.length === 0 ? kept : kept.set('', atStart)
}
