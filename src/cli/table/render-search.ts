import type { SearchPath, SearchResult, SearchStep } from '../../data-plane/match/search-path.ts'
import type { Paint } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { count } from '../words/count.ts'

const widestPlace = 48

/** The steps of a search, one a line: where it looked, and what it found there. */
export function searchLines({ steps }: SearchPath, paint: Paint): string[] {
  const places = steps.map(placeOf)
  const width = Math.max(0, ...places.map(({ length }) => length).filter(length => length <= widestPlace))
  return steps.map((step, index) => {
    const { text, isGood } = wordsOf(step.found)
    return `${places[index]!.padEnd(width)}   ${paint(isGood ? 'good' : 'dim', text)}`
  })
}

function placeOf({ depth, place, text }: SearchStep): string {
  return `${'  '.repeat(depth)}${place}${text === undefined ? '' : ` ${JSON.stringify(visible(text))}`}`
}

function wordsOf(found: SearchResult): { readonly text: string; readonly isGood?: boolean } {
  switch (found.kind) {
    case 'nothing':
      return { text: 'none' }
    case 'too late':
      return { text: `from route ${found.firstRow} on: too late` }
    case 'condition not met':
      return { text: 'its condition is not met' }
    case 'split': {
      const by = found.by === undefined ? 'into groups' : `by ${visible(found.by)}`
      const sent = found.by !== undefined && found.values.length === 0 ? ', which the request does not have' : ''
      return { text: `split ${by}${sent}`, isGood: true }
    }
    case 'rows': {
      const { tested, match } = found
      if (match !== undefined) {
        const before = tested.length > 1 ? `, after ${count(tested.length - 1, 'other')}` : ''
        return { text: `route ${match} matches${before}`, isGood: true }
      }
      if (tested.length === 0) return { text: `none of ${found.count} matches` }
      return { text: `${tested.length === 1 ? `route ${tested[0]}` : `${tested.length} routes`}: conditions not met` }
    }
    default:
      return found satisfies never
  }
}
