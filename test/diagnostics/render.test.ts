import { describe, expect, test } from 'vitest'
import { diagnose } from '../../src/diagnostics/diagnostic.ts'
import { renderSummary, renderText } from '../../src/diagnostics/render.ts'
import { lineStarts, positionAt } from '../../src/diagnostics/span.ts'

function spanIn(text: string, marked: string) {
  const starts = lineStarts(text)
  const from = text.indexOf(marked)
  return { file: 'routes/shop.yaml', start: positionAt(starts, from), end: positionAt(starts, from + marked.length) }
}

function render(text: string, marked: string, facts = {}) {
  const diagnostic = diagnose('SB2001', { message: '"perfix" is not a field', span: spanIn(text, marked), ...facts })
  return renderText([diagnostic], new Map([['routes/shop.yaml', text]]), { color: false })
}

describe('a diagnostic', () => {
  test('shows place, line, mark, rule, reason and remedy', () => {
    const text = 'spec:\n  uri:\n    perfix: /a\n'
    const facts = {
      label: 'did you mean `prefix`?',
      path: 'spec.uri',
      resource: 'VirtualService default/x',
      why: 'w',
      help: 'h',
    }
    expect(render(text, 'perfix', facts)).toBe(
      [
        'error[SB2001]: "perfix" is not a field',
        '  --> routes/shop.yaml:3:5',
        '   |',
        ' 3 |     perfix: /a',
        '   |     ^^^^^^ did you mean `prefix`?',
        '  = rule: VirtualService default/x, spec.uri',
        '  = why:  w',
        '  = help: h',
        '',
      ].join('\n'),
    )
  })

  test.each([
    { title: 'after a tab', text: '\tperfix: 1', mark: '    ^^^^^^' },
    { title: 'in a line that ends with CRLF', text: 'a: 1\r\nperfix: 1\r\n', mark: '^^^^^^' },
    {
      title: 'after characters that are shown as escapes',
      text: '\u001b[31mperfix',
      mark: `${' '.repeat('\\x1b[31m'.length)}^^^^^^`,
    },
  ])('marks the text $title', ({ text, mark }) => {
    expect(render(text, 'perfix').split('\n')[4]).toBe(`   | ${mark}`)
  })

  test('keeps the mark in view in a line that is far too long', () => {
    const [, , , shown, marks] = render(`${'x'.repeat(5000)} perfix ${'y'.repeat(5000)}`, 'perfix').split('\n')
    expect(shown!.length).toBeLessThan(140)
    expect(shown!.slice(marks!.indexOf('^'), marks!.indexOf('^') + 6)).toBe('perfix')
  })

  test('cannot steer the terminal', () => {
    const rendered = render('a\u001b]0;evil\u0007b', 'b', { message: '\u001b[2J' })
    expect([...rendered].filter(character => character < ' ' && character !== '\n')).toEqual([])
  })

  test('is coloured only on demand', () => {
    const diagnostic = diagnose('SB1001', { message: 'nothing' })
    expect(renderText([diagnostic], new Map(), { color: true })).toContain('\u001b[31;1m')
    expect(renderText([diagnostic], new Map(), { color: false })).toBe('error[SB1001]: nothing\n')
  })
})

test('the order is that of the text, whatever found what first', () => {
  const text = 'a\nb\n'
  const at = (marked: string) => diagnose('SB2001', { message: marked, span: spanIn(text, marked) })
  expect(renderText([at('b'), at('a')], new Map(), { color: false })).toMatch(/: a\n[\s\S]*: b\n/)
})

test('the summary counts by severity', () => {
  const error = diagnose('SB2001', { message: 'x' })
  const warning = diagnose('SB2007', { message: 'y' })
  expect(renderSummary([error, warning, warning], 1)).toBe('1 error, 2 warnings in 1 file')
  expect(renderSummary([], 2)).toBe('0 errors in 2 files')
  expect(renderSummary([warning], 1, 2)).toBe('0 errors, 1 warning in 1 file (2 suppressed)')
})

describe('a file with very many findings', () => {
  const text = `${'x'.repeat(200)}\n`
  const findings = Array.from({ length: 170 }, (_, index) => {
    const span = { file: 'routes/x.yaml', start: positionAt([0], index), end: positionAt([0], index + 1) }
    // The gravest one is the last.
    return diagnose(index === 169 ? 'SB2001' : 'SB6004', { message: `number ${index}`, span })
  })
  const rendered = renderText(findings, new Map([['routes/x.yaml', text]]), { color: false, allBy: '-o json' })

  test('shows 50 of them, and how many more there are', () => {
    expect(rendered.match(/: number/g)).toHaveLength(50)
    expect(rendered.trimEnd().split('\n').at(-1)).toBe('and 120 more in routes/x.yaml; -o json has all')
  })

  test('shows the gravest ones, in the order of the text', () => {
    const numbers = [...rendered.matchAll(/: number (\d+)/g)].map(([, number]) => Number(number))
    expect(numbers).toEqual([...Array(49).keys(), 169])
  })

  test('takes nothing from other files', () => {
    const other = diagnose('SB2001', { message: 'in another file', span: { ...spanIn('a', 'a'), file: 'z.yaml' } })
    expect(renderText([...findings, other], new Map(), { color: false })).toContain('in another file')
  })
})
