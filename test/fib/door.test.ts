import { expect, test } from 'vitest'
import { type Door, DoorCache, type DoorKey } from '../../src/fib/door.ts'
import type { ListenerRow, VirtualHostRow } from '../../src/fib/layout.ts'

const asked: DoorKey = { host: 'a.example', port: 80, scheme: 'http', listener: 'http.80' }
const doorOf = (number: number): Door => ({ listener: number as ListenerRow, virtualHost: 0 as VirtualHostRow })

test('the same host, port, scheme and listener are looked up once', () => {
  const doors = new DoorCache()
  doors.get(asked, () => doorOf(1))
  expect(doors.get({ ...asked }, () => doorOf(2))).toEqual(doorOf(1))
})

// All of them fall into the same slot: a host of the same length, with the same characters where it is looked at.
test.each<[string, Partial<DoorKey>]>([
  ['host', { host: 'abexample' }],
  ['port', { port: 8080 }],
  ['scheme', { scheme: 'https' }],
  ['listener', { listener: 'http.8080' }],
])('another %s is looked up for itself', (_, other) => {
  const doors = new DoorCache()
  doors.get(asked, () => doorOf(1))
  expect(doors.get({ ...asked, ...other }, () => doorOf(2))).toEqual(doorOf(2))
  expect(doors.get(asked, () => doorOf(3))).toEqual(doorOf(3))
})

test('that there is none is remembered, too', () => {
  const doors = new DoorCache()
  doors.get(asked, () => undefined)
  expect(doors.get(asked, () => doorOf(1))).toBeUndefined()
})
