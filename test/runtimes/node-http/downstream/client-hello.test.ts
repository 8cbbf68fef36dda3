import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClientHello } from '../../../../src/runtimes/node-http/downstream/client-hello.ts'
import { clientHello } from '../../../conformance/client-hello.ts'

test.each([
  { title: 'the name that is asked for', name: 'shop.example.com' },
  { title: 'undefined where none is', name: null },
])('reads $title', async ({ name }) => {
  expect(readClientHello(await clientHello(name))).toEqual({ kind: 'read', serverName: name ?? undefined })
})

test('a message that has not come in whole is waited for, wherever it is cut', async () => {
  const hello = await clientHello('shop.example.com')
  for (let length = 0; length < hello.length; length++) {
    expect(readClientHello(hello.subarray(0, length))).toEqual({ kind: 'incomplete' })
  }
})

test('a message may lie in several records', async () => {
  const hello = await clientHello('shop.example.com')
  const message = hello.subarray(5)
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += 50) {
    const part = message.subarray(at, at + 50)
    records.push(Buffer.from([22, 3, 1, 0, part.length]), part)
  }
  expect(readClientHello(Buffer.concat(records))).toEqual({ kind: 'read', serverName: 'shop.example.com' })
})

test.each([
  { title: 'plain HTTP', bytes: Buffer.from('GET / HTTP/1.1\r\n') },
  { title: 'another handshake message', bytes: Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]) },
  { title: 'an empty record', bytes: Buffer.from([22, 3, 1, 0, 0]) },
  { title: 'a message that nobody would send', bytes: Buffer.from([22, 3, 1, 0, 4, 1, 255, 0, 0]) },
  { title: 'a message that ends too early', bytes: Buffer.from([22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3]) },
])('$title is malformed', ({ bytes }) => {
  expect(readClientHello(bytes)).toEqual({ kind: 'malformed' })
})

test('whatever the bytes are, it says something of them', async () => {
  const hello = await clientHello('shop.example.com')
  fc.assert(
    fc.property(fc.nat(hello.length - 1), fc.uint8Array({ maxLength: 20 }), (at, junk) => {
      const bytes = Buffer.from(hello)
      bytes.set(junk.slice(0, bytes.length - at), at)
      expect(['read', 'incomplete', 'malformed']).toContain(readClientHello(bytes).kind)
    }),
  )
})
