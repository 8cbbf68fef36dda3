import type { Paint } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import type { Difference, ShareChange } from './difference.ts'

/** Longer texts, such as the body of a response, are cut. */
const longest = 72

/** What differs, one thing a line: what it is in the first column, from what to what in the second. */
export function differenceLines(differences: readonly Difference[], paint: Paint): string[] {
  const width = Math.max(0, ...differences.map(({ aspect }) => aspect.length))
  return differences.flatMap(difference =>
    changeLines(difference, paint).map(
      (line, index) => `${(index === 0 ? difference.aspect : '').padEnd(width)}   ${line}`,
    ),
  )
}

function changeLines({ shares, from, to }: Difference, paint: Paint): string[] {
  if (shares) return shareLines(shares)
  if (from.length === 1 && to.length === 1) return [contrast(from[0]!, to[0]!)]
  return [...from.map(line => paint('bad', `- ${short(line)}`)), ...to.map(line => paint('good', `+ ${short(line)}`))]
}

/** `90 % → 80 %   outbound|443|v1|reviews.example.com`. */
function shareLines(shares: readonly ShareChange[]): string[] {
  const words = shares.map(({ from, to }) => [percent(from), percent(to)] as const)
  const width = (side: 0 | 1) => Math.max(...words.map(pair => pair[side].length))
  return shares.map(
    ({ cluster }, index) =>
      `${words[index]![0].padStart(width(0))} → ${words[index]![1].padStart(width(1))}   ${short(cluster)}`,
  )
}

function percent(share: number | undefined): string {
  return share === undefined ? 'none' : `${share} %`
}

/** Two texts beside each other; long ones from where they begin to differ. */
function contrast(from: string, to: string): string {
  let start = 0
  if (from.length > longest || to.length > longest) {
    while (start < from.length && from[start] === to[start]) start++
    start = Math.max(0, start - 12)
  }
  const part = (text: string) => short(start > 0 ? `…${text.slice(start)}` : text)
  return `${part(from)} → ${part(to)}`
}

/** A text from the table as it may stand in a line: without what would steer the terminal, and not too long. */
export function short(text: string, most = longest): string {
  return visible(text.length > most ? `${[...text.slice(0, most)].slice(0, -1).join('')}…` : text)
}
