import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { diagnose } from '../../src/diagnostics/diagnostic.ts'
import { renderJson } from '../../src/diagnostics/render-json.ts'
import type { Report } from '../../src/diagnostics/report.ts'
import { emptyReport, sampleReport, tool } from './sample-report.ts'

const schema = JSON.parse(readFileSync(new URL('../../schemas/diagnostics-v1.schema.json', import.meta.url), 'utf8'))
const isValid = new Ajv({ formats: { uri: (text: string) => URL.canParse(text) } }).compile(schema)

test('has the summary and every finding in the order of the text', () => {
  const written = JSON.parse(renderJson(sampleReport))
  expect(written).toMatchObject({
    version: 1,
    tool,
    summary: { errors: 1, warnings: 1, infos: 0, suppressed: 1, files: 1 },
    diagnostics: [
      {
        code: 'IST0109',
        severity: 'error',
        message: 'host "b" is also served by VirtualService default/a',
        label: 'a second time',
        why: 'a mesh serves only one of them',
        help: 'put them together',
        file: 'routes/shop.yaml',
        range: { start: { line: 2, column: 4, offset: 10 }, end: { line: 2, column: 7, offset: 13 } },
        path: 'spec.hosts[0]',
        resource: 'VirtualService default/b',
        related: [
          { message: 'first declared here', file: 'routes/shop.yaml', range: { start: { line: 1, column: 4 } } },
        ],
        docs: 'pkg:npm/signalbox#docs/diagnostics/IST0109.md',
      },
      { code: 'SB2007', severity: 'warning' },
    ],
    suppressed: [{ code: 'SB6004', suppression: { reason: 'known', file: 'routes/shop.yaml', range: {} } }],
  })
})

test('is one object also without findings', () => {
  expect(JSON.parse(renderJson(emptyReport))).toEqual({
    version: 1,
    tool,
    summary: { errors: 0, warnings: 0, infos: 0, suppressed: 0, files: 3 },
    diagnostics: [],
    suppressed: [],
  })
})

test.each<{ title: string; report: Report }>([
  { title: 'all that a finding can have', report: sampleReport },
  { title: 'no finding', report: emptyReport },
  {
    title: 'a finding that is in no file',
    report: { ...emptyReport, diagnostics: [diagnose('SB1001', { message: 'x' })] },
  },
])('is what the published schema says: $title', ({ report }) => {
  isValid(JSON.parse(renderJson(report)))
  expect(isValid.errors).toBeNull()
})

test('cannot steer the terminal, and says the same all the same', () => {
  const message = '\u009b31m \u001b[2J \u202eevil'
  const written = renderJson({ ...emptyReport, diagnostics: [diagnose('SB1001', { message })] })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
  expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  expect(JSON.parse(written).diagnostics[0].message).toBe(message)
})

test.each([
  { title: 'a finding without a place in its file', spoil: { range: undefined } },
  { title: 'a severity that does not exist', spoil: { severity: 'fatal' } },
  { title: 'a suppressed finding among the others', spoil: { suppression: { reason: 'x' } } },
])('the schema refuses $title', ({ spoil }) => {
  const written = JSON.parse(renderJson(sampleReport))
  Object.assign(written.diagnostics[0], spoil)
  expect(isValid(JSON.parse(JSON.stringify(written)))).toBe(false)
})
