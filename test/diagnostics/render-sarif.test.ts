import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { DiagnosticCode } from '../../src/diagnostics/catalogue.ts'
import { readCodePage } from '../../src/diagnostics/code-page.ts'
import { type Diagnostic, diagnose } from '../../src/diagnostics/diagnostic.ts'
import { renderSarif } from '../../src/diagnostics/render-sarif.ts'
import type { Report } from '../../src/diagnostics/report.ts'
import { emptyReport, fullError, sampleReport, spanIn, tool, warning } from './sample-report.ts'

const page = '# IST0109: a title\n\nTwo of them\nare *there*.\n\n**What to do:** Write `one`.\n'
const options = {
  pages: new Map<DiagnosticCode, ReturnType<typeof readCodePage>>([['IST0109', readCodePage('IST0109', page)]]),
  pathOf: (file: string) => `edge/${file}`,
  hash: (text: string) => createHash('sha256').update(text).digest('hex'),
}

function sarifOf(report: Report) {
  const log = JSON.parse(renderSarif(report, options))
  expect(log.version).toBe('2.1.0')
  expect(log.runs).toHaveLength(1)
  return log.runs[0]
}

function resultsOf(...diagnostics: Diagnostic[]) {
  return sarifOf({ ...emptyReport, diagnostics }).results
}

test('is a run also without findings', () => {
  const run = sarifOf(emptyReport)
  expect(run.results).toEqual([])
  expect(run.tool.driver).toMatchObject({ name: tool.name, semanticVersion: tool.version, rules: [] })
})

test('each code is a rule with its page as help, and each result names it', () => {
  const { tool, results } = sarifOf(sampleReport)
  const { rules } = tool.driver
  expect(rules.map(({ id }: { id: string }) => id)).toEqual(['IST0109', 'SB2007', 'SB6004'])
  expect(rules[0]).toEqual({
    id: 'IST0109',
    name: 'TwoVirtualServicesOfTheDefaultListenerShareAHost',
    shortDescription: { text: 'two VirtualServices of the default listener share a host' },
    fullDescription: { text: 'Two of them are *there*.' },
    help: { text: 'IST0109: a title\n\nTwo of them\nare *there*.\n\nWhat to do: Write one.', markdown: page },
    helpUri: 'pkg:npm/signalbox#docs/diagnostics/IST0109.md',
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['istio', 'conflict'], precision: 'high', 'problem.severity': 'error' },
  })
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex].id).toBe(ruleId)
  for (const { helpUri } of rules) expect(URL.canParse(helpUri)).toBe(true)
})

test('a result has its place, its field and what to do', () => {
  const { results, columnKind } = sarifOf(sampleReport)
  expect(columnKind).toBe('utf16CodeUnits')
  const result = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'IST0109')
  expect(result).toMatchObject({
    level: 'error',
    message: {
      text:
        'host "b" is also served by VirtualService default/a. Why: a mesh serves only one of them. ' +
        'Help: put them together. See: [first declared here](1).',
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'edge/routes/shop.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 2, startColumn: 4, endLine: 2, endColumn: 7 },
        },
        logicalLocations: [{ fullyQualifiedName: 'VirtualService default/b spec.hosts[0]' }],
      },
    ],
    relatedLocations: [
      {
        id: 1,
        message: { text: 'first declared here' },
        physicalLocation: { region: { startLine: 1, startColumn: 4 } },
      },
    ],
  })
})

test('an info is a note, and what is suppressed is kept with its reason', () => {
  const { results } = sarifOf(sampleReport)
  expect(results.map((each: { level: string }) => each.level)).toEqual(['note', 'error', 'warning'])
  expect(results[0].suppressions).toMatchObject([
    {
      kind: 'inSource',
      status: 'accepted',
      justification: 'known',
      location: { physicalLocation: { region: { startLine: 2 } } },
    },
  ])
  expect(results[1].suppressions).toBeUndefined()
})

test('a file name is a relative URI', () => {
  const [result] = resultsOf({ ...warning, span: spanIn('a', 'a', 'shop: #1/ä b.yaml') })
  const { uri } = result.locations[0].physicalLocation.artifactLocation
  expect(uri).toBe('edge/shop%3A%20%231/%C3%A4%20b.yaml')
})

describe('a fingerprint', () => {
  const printOf = (...diagnostics: Diagnostic[]) =>
    resultsOf(...diagnostics).map(
      ({ partialFingerprints }: Record<string, object>) => Object.values(partialFingerprints!)[0],
    )

  test('stays where lines move', () => {
    const moved = { ...fullError, span: spanIn('\n\n\n    two', 'two') }
    expect(printOf(moved)).toEqual(printOf(fullError))
  })

  test.each([
    { title: 'code', other: { ...fullError, code: 'IST0101' } as const },
    { title: 'resource', other: { ...fullError, resource: 'VirtualService default/c' } },
    { title: 'field', other: { ...fullError, path: 'spec.hosts[1]' } },
  ])('is another one for another $title', ({ other }) => {
    expect(printOf(other)).not.toEqual(printOf(fullError))
  })

  test('tells findings alike apart', () => {
    expect(new Set(printOf(fullError, fullError, fullError)).size).toBe(3)
  })

  test('is by file and message where there is no resource', () => {
    const fault = diagnose('SB1001', { message: 'x', span: spanIn('a', 'a') })
    const elsewhere = diagnose('SB1001', { message: 'x', span: spanIn('a', 'a', 'other.yaml') })
    expect(new Set(printOf(fault, elsewhere)).size).toBe(2)
  })
})
