import { describe, expect, test } from 'vitest'
import { rewrittenAuthority, routeHeaderChanges } from '../../../src/control-plane/translate/header-changes.ts'

const none = { set: {}, add: {}, remove: [] }
const ofRoute = { request: { ...none, set: { 'X-To': 'route' }, remove: ['X-Gone'] } }
const ofDestination = { request: { ...none, add: { 'x-to': 'destination' } } }

describe('the header changes of a route and its destination', () => {
  test('are one block, the destination last, where it is the only one', () => {
    expect(routeHeaderChanges(ofRoute, ofDestination, true)?.request).toEqual([
      {
        remove: ['x-gone'],
        put: [
          { name: 'x-to', value: ['route'], appends: false },
          { name: 'x-to', value: ['destination'], appends: true },
        ],
      },
    ])
  })

  test('are two blocks, the route last, where there are several', () => {
    const blocks = routeHeaderChanges(ofRoute, ofDestination, false)!.request
    expect(blocks.map(({ put }) => put[0]!.value[0])).toEqual(['destination', 'route'])
  })

  test('are nothing where nothing is said', () => {
    expect(routeHeaderChanges(undefined, { request: none, response: none }, true)).toBeUndefined()
  })
})

test.each([
  { title: 'setting Host', headers: { request: { ...none, set: { Host: 'a.example' } } }, expected: 'a.example' },
  {
    title: 'set before add',
    headers: { request: { ...none, add: { host: 'b' }, set: { ':authority': 'a' } } },
    expected: 'a',
  },
  { title: 'nothing of the sort', headers: ofRoute, expected: undefined },
])('the authority is rewritten by $title', ({ headers, expected }) => {
  expect(rewrittenAuthority(headers)).toBe(expected)
  expect(JSON.stringify(routeHeaderChanges(headers, undefined, true) ?? '')).not.toMatch(/"(?:host|:authority)"/)
})
