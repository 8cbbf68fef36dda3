import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sourceFiles } from '../../control-plane/source-files.ts'
import { type CheckOutcome, isFailure, judgeCase } from './judge-case.ts'
import { classTable, describeFailure, jsonReport, ownMistakes, ownMistakesLine, tally, tallyLines } from './report.ts'
import { readValidationCases, type ValidationCase } from './validation-case.ts'

describe('the corpus of our own', async () => {
  const outcomes = (await readValidationCases([join(import.meta.dirname, '../validation')])).map(judgeCase)
  const names = (chosen: readonly CheckOutcome[]) => chosen.map(({ case: { name } }) => name)

  test('at least 98 of a hundred verdicts are right', () => {
    const { passed, failed } = tally(outcomes)
    expect(passed / (passed + failed), names(outcomes.filter(isFailure)).join()).toBeGreaterThanOrEqual(0.98)
  })

  test('nothing that is to be accepted gets an error or a warning', () => {
    const accepted = outcomes.filter(({ case: each }) => each.verdict === 'accept')
    expect(names(accepted.filter(isFailure))).toEqual([])
  })

  test('at least 95 of a hundred mistakes are marked on their line', () => {
    const { count, line } = ownMistakes(outcomes)
    const wrong = outcomes.filter(({ isLineRight }) => isLineRight === false)
    expect(line / count, names(wrong).join()).toBeGreaterThanOrEqual(0.95)
  })
})

const folder = mkdtempSync(join(tmpdir(), 'validation-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), text)
  }
}

describe('a case', () => {
  const record = { title: 't', class: 'c', source: 'own', verdict: 'accept', why: 'w' }

  test('is read with the verdict of the edge, and the files that `check` would read', async () => {
    write('several', {
      'verdict.json': JSON.stringify({
        ...record,
        edge: { verdict: 'warn' },
        where: { file: 'input/b.yaml', line: 3 },
      }),
      'input/b.yaml': 'b',
      'input/z/a.yml': 'a',
      'input/notes.txt': 'n',
    })
    const [each] = await readValidationCases([folder])
    expect(each).toMatchObject({ name: 'several', verdict: 'warn', isOwn: true, where: { line: 3 } })
    expect(each!.files!.map(({ path }) => path)).toEqual(['input/b.yaml', 'input/z/a.yml'])
    rmSync(join(folder, 'several'), { recursive: true })
  })

  test('may be made by repeating texts', async () => {
    const generator = { file: 'input.yaml', steps: [{ text: 'a: ' }, { text: '{i},', repeat: 3 }] }
    write('generated', { 'verdict.json': JSON.stringify({ ...record, generator }) })
    const [each] = await readValidationCases([folder])
    expect(new TextDecoder().decode(each!.files![0]!.bytes)).toBe('a: 0,1,2,')
    rmSync(join(folder, 'generated'), { recursive: true })
  })
})

describe('a judgement', () => {
  const kind = 'apiVersion: networking.istio.io/v1\nkind: VirtualService\n'
  const good = `${kind}metadata: { name: a }\nspec: { hosts: [a.example.com], http: [{ directResponse: { status: 204 } }] }\n`
  const bad = good.replace('status: 204', 'status: 99')
  const odd = good.replace('a.example.com', 'A.example.com')
  const of = (text: string, verdict: ValidationCase['verdict'], line?: number): CheckOutcome =>
    judgeCase({
      name: 'case',
      title: 't',
      class: 'c',
      isOwn: true,
      verdict,
      why: 'w',
      ...(line !== undefined && { where: { file: 'a.yaml', line } }),
      files: sourceFiles({ 'a.yaml': text }),
    })

  test.each([
    { title: 'accepts where there is neither error nor warning', text: good, verdict: 'accept' },
    { title: 'warns where there is a warning', text: odd, verdict: 'warn' },
    { title: 'rejects where there is an error', text: bad, verdict: 'reject' },
  ] as const)('$title', ({ text, verdict }) => {
    expect(of(text, 'accept').verdict).toBe(verdict)
  })

  test('has the right line where any error or warning is on it', () => {
    expect(of(bad, 'reject', 4).isLineRight).toBe(true)
    expect(of(bad, 'reject', 3).isLineRight).toBe(false)
    expect(of(bad, 'accept', 4).isLineRight).toBeUndefined()
  })

  test('is reported by class, by line, and beside what istioctl finds', () => {
    const outcomes = [of(good, 'accept'), of(bad, 'reject', 4), of(odd, 'reject', 1)]
    expect(tally(outcomes)).toEqual({ passed: 2, failed: 1, skipped: 0 })
    expect(tallyLines(outcomes)).toEqual({ right: 1, wrong: 1 })
    expect(classTable(outcomes).split('\n')[1]).toMatch(/^c +2 +1 +1 +1$/)
    expect(ownMistakesLine(outcomes)).toBe(
      'own mistakes: 2; caught 100 % (istioctl 81 %), line right 50 % (istioctl 57 %)',
    )
    expect(describeFailure(outcomes[2]!)).toContain('FAIL case: expected reject, got warn at a.yaml:1')
    expect(jsonReport(outcomes)).toMatchObject({ passed: 2, lines: { right: 1 }, failures: [{ got: 'warn' }] })
  })
})
