import { expect, test } from 'vitest'
import { diagnose } from '../../src/diagnostics/diagnostic.ts'
import { renderGithub } from '../../src/diagnostics/render-github.ts'
import { emptyReport, sampleReport, spanIn } from './sample-report.ts'

const inRepository = (file: string) => `edge/${file}`

test('is a command for each finding, in the order of the text, with what is wrong, why, and what to do', () => {
  expect(renderGithub(sampleReport.diagnostics, inRepository).split('\n')).toEqual([
    '::error file=edge/routes/shop.yaml,line=2,col=4,endLine=2,endColumn=7,title=IST0109::' +
      'host "b" is also served by VirtualService default/a%0Awhy: a mesh serves only one of them' +
      '%0Ahelp: put them together%0Asee: first declared here: edge/routes/shop.yaml:1',
    '::warning file=edge/routes/shop.yaml,line=3,col=4,endLine=3,endColumn=9,title=SB2007::' +
      'Kubernetes would refuse the name "C"',
    '',
  ])
})

test('is nothing without findings', () => {
  expect(renderGithub(emptyReport.diagnostics, inRepository)).toBe('')
})

test.each([
  { title: 'a percent sign in the text', facts: { message: '50%0A' }, line: '::error title=SB2001::50%250A' },
  { title: 'colons and commas in the text', facts: { message: 'a: b, c' }, line: '::error title=SB2001::a: b, c' },
  {
    title: 'a line break in the text, which could begin another command',
    facts: { message: 'x\n::error::y\r' },
    line: '::error title=SB2001::x\\x0a::error::y\\x0d',
  },
  {
    title: 'colons, commas, percent signs and line breaks in a file name',
    facts: { message: 'x', span: spanIn('a', 'a', 'a,b:c%\r\n.yaml') },
    line: '::error file=a%2Cb%3Ac%25%0D%0A.yaml,line=1,col=1,endLine=1,endColumn=2,title=SB2001::x',
  },
  {
    title: 'no columns where several lines are meant',
    facts: { message: 'x', span: spanIn('ab\nc', 'b\nc', 'a.yaml') },
    line: '::error file=a.yaml,line=1,endLine=2,title=SB2001::x',
  },
])('$title', ({ facts, line }) => {
  expect(renderGithub([diagnose('SB2001', facts)], file => file)).toBe(`${line}\n`)
})

test('an info is a notice', () => {
  expect(renderGithub([diagnose('SB6004', { message: 'x' })], file => file)).toBe('::notice title=SB6004::x\n')
})
