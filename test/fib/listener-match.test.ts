import { expect, test } from 'vitest'
import type { ListenerRow, VirtualHostRow } from '../../src/fib/layout.ts'
import { type ListenerMatch, ListenerMatchCache, type ListenerMatchKey } from '../../src/fib/listener-match.ts'

const asked: ListenerMatchKey = { host: 'a.example', port: 80, scheme: 'http', listener: 'http.80' }
const matchOn = (number: number): ListenerMatch => ({
  listener: number as ListenerRow,
  virtualHost: 0 as VirtualHostRow,
})

test('the same host, port, scheme and listener are looked up once', () => {
  const known = new ListenerMatchCache()
  known.get(asked, () => matchOn(1))
  expect(known.get({ ...asked }, () => matchOn(2))).toEqual(matchOn(1))
})

// All of them fall into the same slot: a host of the same length, with the same characters where it is looked at.
test.each<[string, Partial<ListenerMatchKey>]>([
  ['host', { host: 'abexample' }],
  ['port', { port: 8080 }],
  ['scheme', { scheme: 'https' }],
  ['listener', { listener: 'http.8080' }],
])('another %s is looked up for itself', (_, other) => {
  const known = new ListenerMatchCache()
  known.get(asked, () => matchOn(1))
  expect(known.get({ ...asked, ...other }, () => matchOn(2))).toEqual(matchOn(2))
  expect(known.get(asked, () => matchOn(3))).toEqual(matchOn(3))
})

test('that there is none is remembered, too', () => {
  const known = new ListenerMatchCache()
  known.get(asked, () => undefined)
  expect(known.get(asked, () => matchOn(1))).toBeUndefined()
})
