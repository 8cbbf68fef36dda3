import type { Paint } from '../../diagnostics/paint.ts'
import { differenceLines, short } from './difference-lines.ts'
import { fitSections, renderSection } from './fit-sections.ts'
import { settledName } from './pair-routes.ts'
import type { RouteChange, RouteChangeKind, RouteChanges } from './route-changes.ts'

// Wider columns are not padded: one long name does not push all lines off the screen.
const widestLabel = 32

/** Routes that changed in one way: the matches of one rule, mostly. */
interface Alike {
  readonly first: RouteChange
  readonly count: number
}

/** What became of the routes of a host, each in a line or more, at most so many in all. */
export function routeChangeLines({ routes, leftOut }: RouteChanges, most: number, paint: Paint): string[] {
  const items = alike(routes)
  const labels = items.slice(0, most).map(labelOf)
  const width = Math.max(0, ...labels.map(({ length }) => length).filter(length => length <= widestLabel))
  const lines = (item: Alike) => {
    const [line = '', ...more] = wordsOf(item.first, paint)
    const first = `${mark(item.first.kind, paint)} ${labelOf(item).padEnd(width)}   ${line}`.trimEnd()
    return [first, ...more.map(each => `${' '.repeat(width + 5)}${each}`)]
  }
  const section = renderSection(
    { items, lines, noun: 'more route', size: ({ count }) => count, further: leftOut },
    most,
  )
  return fitSections([section], most, paint)
}

function alike(routes: readonly RouteChange[]): Alike[] {
  const found: Alike[] = []
  let lastText: string | undefined
  for (const route of routes) {
    const { kind, name, differences } = route
    const isFolded = kind === 'changed' || kind === 'renamed'
    const text = isFolded ? JSON.stringify([kind, name, differences]) : undefined
    if (text !== undefined && text === lastText) {
      const { first, count } = found.pop()!
      found.push({ first, count: count + 1 })
    } else found.push({ first: route, count: 1 })
    lastText = text
  }
  return found
}

/** The sign of a change: what came, what went, what is otherwise. */
export function mark(kind: RouteChangeKind, paint: Paint): string {
  return kind === 'added' ? paint('good', '+') : kind === 'removed' ? paint('bad', '-') : paint('strong', '~')
}

/** A name that was made up says less than what the route asks for, unless that is what differs. */
function labelOf({ first: { name, match, differences }, count }: Alike): string {
  if (count > 1) return `${short(name)} (${count} matches)`
  const isNamed = settledName(name) === name || differences.some(({ aspect }) => aspect === 'match')
  return short(isNamed ? name : match)
}

function wordsOf({ kind, name, match, action, from, to, differences }: RouteChange, paint: Paint): string[] {
  switch (kind) {
    case 'added':
    case 'removed':
      return [settledName(name) === name ? `${short(match)}   ${short(action)}` : short(action)]
    case 'moved':
      return [
        from === to ? `place ${to}, among others` : `moved from place ${from} to ${to}`,
        ...differenceLines(differences, paint),
      ]
    case 'renamed':
    case 'changed':
      return differenceLines(differences, paint)
    default:
      return kind satisfies never
  }
}
