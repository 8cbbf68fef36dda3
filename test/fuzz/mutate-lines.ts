import type { Random } from '../random.ts'

/** The text with lines moved, lost, doubled, indented otherwise, or taken from another text, as hands and merges do it. */
export function mutateLines(text: string, other: string, changes: number, random: Random): string {
  const lines = text.split('\n')
  const foreign = other.split('\n')
  for (let change = 0; change < changes; change++) {
    const at = random.below(lines.length)
    const count = 1 + random.below(5)
    switch (random.below(11)) {
      case 0:
        lines.splice(at, count)
        break
      case 1:
        lines.splice(at, 0, ...lines.slice(at, at + count))
        break
      case 2:
        lines.splice(random.below(lines.length), 0, ...lines.splice(at, count))
        break
      case 3:
        lines.splice(at, 0, ...foreign.slice(random.below(foreign.length)).slice(0, count))
        break
      case 4:
        for (let line = at; line < Math.min(at + count, lines.length); line++) lines[line] = `  ${lines[line]}`
        break
      case 5:
        for (let line = at; line < Math.min(at + count, lines.length); line++) {
          lines[line] = lines[line]!.replace(/^ {1,2}/, '')
        }
        break
      case 6:
        lines[at] = lines[at]?.replace(/^ */, spaces => '\t'.repeat(Math.ceil(spaces.length / 2))) ?? '\t'
        break
      case 7:
        lines[at] = `${lines[at]}${random.one([' # why', '#', ' ', '\r', ':', ' |', ' >-', ' "', " '", ','])}`
        break
      case 8:
        lines.splice(
          at,
          0,
          random.one(['---', '...', '<<<<<<< HEAD', '=======', '>>>>>>> main', '# note', '', '%YAML 1.1']),
        )
        break
      case 9:
        lines[at] = lines[at]?.replace(/^( *)(- )?/, random.one(['$1- ', '$1', '$1$2- ', '$1 $2', '$1? '])) ?? ''
        break
      default:
        lines.splice(at, 2, `${lines[at] ?? ''} ${(lines[at + 1] ?? '').trim()}`)
    }
    if (lines.length === 0) lines.push('')
  }
  return lines.join(random.oneIn(12) ? '\r\n' : random.oneIn(40) ? '\r' : '\n')
}
