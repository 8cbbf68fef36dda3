import { expect, test } from 'vitest'
import { RawHeaders } from '../../../src/runtimes/node-http/raw-headers.ts'

const received = () => RawHeaders.received(['Host', 'a.test', 'X-A', '1', 'Set-Cookie', 'a=1', 'x-a', '2'])

test('names are in lower case, and order and repetition stay', () => {
  expect(received().flat).toEqual(['host', 'a.test', 'x-a', '1', 'set-cookie', 'a=1', 'x-a', '2'])
  expect(received().keys()).toEqual(['host', 'x-a', 'set-cookie', 'x-a'])
})

test.each([
  { title: 'the only line', name: 'host', value: 'a.test' },
  { title: 'all lines, joined', name: 'x-a', value: '1, 2' },
  { title: 'a name in any letter case', name: 'X-A', value: '1, 2' },
  { title: 'null where there is none', name: 'x-b', value: null },
])('get gives $title', ({ name, value }) => {
  expect(received().get(name)).toBe(value)
  expect(received().has(name)).toBe(value !== null)
})

test('valuesOf gives each line by itself, as Envoy tests them', () => {
  expect(received().valuesOf('x-a')).toEqual(['1', '2'])
  expect(received().valuesOf('x-b')).toEqual([])
})

test.each([
  {
    title: 'set leaves one line, in the place of the first',
    change: (headers: RawHeaders) => headers.set('X-A', '3'),
    flat: ['host', 'a.test', 'x-a', '3', 'set-cookie', 'a=1'],
  },
  {
    title: 'set of what is not there adds a line',
    change: (headers: RawHeaders) => headers.set('x-b', '3'),
    flat: ['host', 'a.test', 'x-a', '1', 'set-cookie', 'a=1', 'x-a', '2', 'x-b', '3'],
  },
  {
    title: 'append adds a line',
    change: (headers: RawHeaders) => headers.append('Set-Cookie', 'b=2'),
    flat: ['host', 'a.test', 'x-a', '1', 'set-cookie', 'a=1', 'x-a', '2', 'set-cookie', 'b=2'],
  },
  {
    title: 'delete takes all lines',
    change: (headers: RawHeaders) => headers.delete('X-a'),
    flat: ['host', 'a.test', 'set-cookie', 'a=1'],
  },
])('$title', ({ change, flat }) => {
  const headers = received()
  change(headers)
  expect(headers.flat).toEqual(flat)
})

test('a copy leaves out what is not wanted, and can be changed by itself', () => {
  const headers = received()
  const copy = headers.copyWithout(name => name === 'x-a')
  copy.set('host', 'b.test')
  expect(copy.flat).toEqual(['host', 'b.test', 'set-cookie', 'a=1'])
  expect(headers.get('host')).toBe('a.test')
})

test('what a rule says beyond Latin-1 goes as UTF-8, one character a byte; what arrived stays as it is', () => {
  const headers = new RawHeaders()
  headers.set('x-a', '→')
  headers.append('x-b', 'Ã©')
  expect(headers.flat).toEqual(['x-a', 'â\u0086\u0092', 'x-b', 'Ã©'])
})
