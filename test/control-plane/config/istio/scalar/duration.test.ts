import { describe, expect, test } from 'vitest'
import { durationMs } from '../../../../../src/control-plane/config/istio/scalar/duration.ts'
import { readYaml, withRules } from '../../read-yaml.ts'

describe('durationMs', () => {
  test.each([
    { written: '5s', expected: 5_000 },
    { written: '1.5s', expected: 1_500 },
    { written: '0.000000001s', expected: 0.000001 },
    { written: '250ms', expected: 250 },
    { written: '1m30s', expected: 90_000 },
    { written: '1h', expected: 3_600_000 },
    { written: '.5s', expected: 500 },
    { written: '0.1s', expected: 100 },
    { written: '10us', expected: 0.01 },
    { written: '10µs', expected: 0.01 },
    { written: '-1s', expected: -1_000 },
    { written: '0', expected: 0 },
    { written: '5', expected: undefined },
    { written: '1d', expected: undefined },
    { written: '5 s', expected: undefined },
    { written: '5sec', expected: undefined },
    { written: '', expected: undefined },
    { written: 's', expected: undefined },
    { written: '1e3s', expected: undefined },
    { written: `${'9'.repeat(40)}s`, expected: undefined },
  ])('$written is $expected', ({ written, expected }) => {
    expect(durationMs(written)).toBe(expected)
  })
})

describe('timeout', () => {
  test.each([
    { title: 'a number wants a unit', written: '5', help: 'write 5s for seconds' },
    { title: 'a number in quotes wants a unit', written: '"5"', help: 'write 5s for seconds' },
    { title: 'days are hours', written: '1d', help: 'write 24h: there is no unit for days' },
    { title: 'spaces are dropped', written: '5 s', help: 'write 5s' },
    { title: 'words are units', written: '5 seconds', help: 'write 5s' },
    { title: 'a word is none', written: 'soon', help: 'write a number and a unit, such as 5s, 250ms or 1m30s' },
    { title: 'zero is none', written: '0s', help: 'write 1ms or more, or remove the field' },
    { title: 'less than a millisecond is none', written: '10us', help: 'write 1ms or more, or remove the field' },
    { title: 'half a millisecond is none', written: '1.0005s', help: 'write for example 250ms' },
  ])('$title', ({ written, help }) => {
    const { diagnostics } = readYaml(withRules(`  - {timeout: ${written}, redirect: {uri: /}}`))
    expect(diagnostics).toMatchObject([{ code: 'SB2004', help, span: { start: { line: 8, column: 15 } } }])
  })
})
