import { describe, expect, test } from 'vitest'
import { changeHeaders, type TemplateValues } from '../../../src/data-plane/plan/header-changes.ts'
import type { HeaderChanges } from '../../../src/fib/header-changes.ts'

const put = (name: string, value: string, appends = false) => ({ name, value: [value], appends })

function changed(sent: [string, string][], ...blocks: HeaderChanges[]): string[] {
  const headers = new Headers(sent)
  const values: TemplateValues = {
    request: name => headers.get(name) ?? undefined,
    response: () => undefined,
    clientAddress: undefined,
    protocol: 'HTTP/1.1',
    responseCode: 503,
    responseFlags: 'UF',
    routeName: 'r',
    startMs: 0,
    clusterName: undefined,
    upstreamHost: 'a.example:80',
  }
  changeHeaders(headers, blocks, values)
  return [...headers].map(([name, value]) => `${name}: ${value}`)
}

describe('a block of header changes', () => {
  test('removes first, so that what it sets stays', () => {
    expect(changed([['x-a', 'client']], { remove: ['x-a'], put: [put('x-a', 's'), put('x-a', 'a', true)] })).toEqual([
      'x-a: s, a',
    ])
  })

  test('replaces what it sets, and puts what it adds beside what is there', () => {
    const block = { remove: [], put: [put('x-a', 'new'), put('x-b', 'more', true)] }
    expect(
      changed(
        [
          ['x-a', 'old'],
          ['x-b', 'one'],
        ],
        block,
      ),
    ).toEqual(['x-a: new', 'x-b: one, more'])
  })

  test('leaves alone what an empty value would set', () => {
    expect(changed([['x-a', 'client']], { remove: [], put: [put('x-a', ''), put('x-b', '', true)] })).toEqual([
      'x-a: client',
    ])
  })

  test('sees the headers as they were before it set any', () => {
    const copy = { name: 'x-b', value: [{ operator: 'REQ', header: 'x-a' } as const], appends: false }
    expect(changed([['x-a', 'client']], { remove: [], put: [put('x-a', 'set'), copy] })).toEqual([
      'x-a: set',
      'x-b: client',
    ])
  })

  test('is followed by the next, which has the last word', () => {
    const first = { remove: [], put: [put('x-a', 'first')] }
    expect(changed([], first, { remove: ['x-a'], put: [] })).toEqual([])
  })

  test.each([
    { title: 'an operator brings in', value: [{ operator: 'REQ', header: ':path' } as const] },
    { title: 'the route itself says', value: ['/a\r\nx-admin: yes\0'] },
  ])('no header becomes two by a line break that $title', ({ value }) => {
    const set: string[] = []
    const headers = {
      set: (name: string, text: string) => void set.push(`${name}: ${text}`),
      append: (name: string, text: string) => void set.push(`${name}: ${text}`),
      delete: () => {},
    }
    const values = { request: () => '/a\r\nx-admin: yes\0' } as unknown as TemplateValues
    const twice = [false, true].map(appends => ({ name: 'x-path', value, appends }))
    changeHeaders(headers, [{ remove: [], put: twice }], values)
    expect(set).toEqual(['x-path: /ax-admin: yes', 'x-path: /ax-admin: yes'])
  })

  test('works its operators out', () => {
    const operators = [
      'PROTOCOL',
      'RESPONSE_CODE',
      'RESPONSE_FLAGS',
      'ROUTE_NAME',
      'UPSTREAM_HOST',
      'UPSTREAM_CLUSTER',
    ] as const
    const value = operators.flatMap(operator => [{ operator }, '|'])
    expect(changed([], { remove: [], put: [{ name: 'x', value, appends: false }] })).toEqual([
      'x: HTTP/1.1|503|UF|r|a.example:80||',
    ])
  })

  test('cuts a value to its length, and takes the fallback of one that is missing', () => {
    const value = [{ operator: 'REQ', header: 'x-missing', fallback: 'x-a', maxLength: 3 } as const]
    expect(changed([['x-a', 'client']], { remove: ['x-z'], put: [{ name: 'x', value, appends: false }] })).toContain(
      'x: cli',
    )
  })
})
