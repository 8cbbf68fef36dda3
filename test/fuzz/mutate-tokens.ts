import { CST, Lexer } from 'yaml'
import type { Random } from '../random.ts'

/** What YAML is made of, and what has misled parsers of it. */
const dictionary = [
  ...['[', ']', '{', '}', ',', ':', ': ', '- ', '? ', '#', ' # ', '\n', '\n  ', '\t', '---\n', '...\n', '\r\n'],
  ...[
    '&a ',
    '*a',
    '*a ',
    '<<: *a',
    '<<: {',
    '<<: [*a, *a]',
    '!!str ',
    '!!binary ',
    '!!set ',
    '!custom ',
    '!<x> ',
    '! ',
  ],
  ...['"', "'", '""', "''", '"\\u0000"', '"\\x"', '|', '>', '|+\n', '|2\n', '>-\n', '%TAG ! tag:x,2000:\n', '@', '`'],
  ...[
    'null',
    '~',
    'true',
    'no',
    'on',
    'y',
    '010',
    '0x1F',
    '1_000',
    '1e3',
    '-0',
    '.inf',
    '.nan',
    '1.5',
    '12345678901234567890',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '=', '<<', '*', '.', '~', '2001:db8::', '12:30:45'],
  ...[
    '2001-01-01',
    '1d',
    '5s',
    '-1s',
    '{}',
    '[]',
    '[[]]',
    '{{}}',
    '{a: b}',
    '🚂',
    '\u00a0',
    '\ufeff',
    '\u0000',
    '\u2028',
  ],
] as const

/** The text with its smallest parts lost, doubled, changed places, or taken from a dictionary or another text. */
export function mutateTokens(text: string, other: string, changes: number, random: Random): string {
  const tokens = tokensOf(text)
  const foreign = tokensOf(other)
  for (let change = 0; change < changes; change++) {
    const at = random.below(tokens.length + 1)
    const away = random.below(tokens.length + 1)
    switch (random.below(8)) {
      case 0:
        tokens.splice(at, 1 + random.below(3))
        break
      case 1:
        tokens.splice(at, 0, random.one(dictionary))
        break
      case 2:
        tokens.splice(at, 1, random.one(dictionary))
        break
      case 3:
        tokens.splice(at, 0, ...tokens.slice(away, away + 1 + random.below(12)))
        break
      case 4:
        tokens.splice(away, 0, ...tokens.splice(at, 1 + random.below(12)))
        break
      case 5:
        if (foreign.length > 0) tokens.splice(at, 1, random.one(foreign))
        break
      case 6:
        if (foreign.length > 0) tokens.splice(at, 0, ...foreign.slice(random.below(foreign.length)).slice(0, 12))
        break
      default:
        // As often as it takes to be much, and seldom, since it is slow.
        tokens.splice(
          at,
          0,
          ...Array.from({ length: random.oneIn(50) ? 5_000 : 120 }, () => random.one(dictionary.slice(0, 4))),
        )
    }
  }
  return tokens.join('')
}

function tokensOf(text: string): string[] {
  return [...new Lexer().lex(text)].filter(token => ![CST.DOCUMENT, CST.FLOW_END, CST.SCALAR, ''].includes(token))
}
