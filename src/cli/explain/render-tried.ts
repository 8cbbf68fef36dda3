import type { Paint } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { cutList } from './cut-list.ts'
import type { TriedRoute } from './decision.ts'

// Wider columns are not padded: one long name does not push all lines off the screen.
const widestName = 32
const widestReason = 56

/** The routes that were tried, one a line, aligned; of many, those that tell something. */
export function triedLines(tried: readonly TriedRoute[], paint: Paint): string[] {
  const shown = cutList(tried, ({ failed }) => failed?.kind !== 'path')
  const rows = shown.flatMap(each => ('item' in each ? [each.item] : []))
  const numberWidth = String(tried.length).length
  const nameWidth = widthOf(
    rows.map(({ route }) => visible(route)),
    widestName,
  )
  const reasonWidth = widthOf(rows.map(reasonOf), widestReason)
  return shown.map(each => {
    if (!('item' in each)) return paint('dim', `${''.padStart(numberWidth)} … ${each.leftOut} more`)
    const { route, matches, file, line } = each.item
    const mark = matches ? paint('good', '✓') : paint('bad', '✗')
    const columns = [visible(route).padEnd(nameWidth), reasonOf(each.item).padEnd(reasonWidth)]
    const place = paint('dim', visible(`${file}:${line}`))
    return `${String(each.index + 1).padStart(numberWidth)} ${mark} ${columns.join('   ')}   ${place}`
  })
}

function reasonOf({ match, failed }: TriedRoute): string {
  return visible(failed?.text ?? match)
}

function widthOf(texts: readonly string[], widest: number): number {
  return Math.max(0, ...texts.map(({ length }) => length).filter(length => length <= widest))
}
