import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunk, headBytes, lastChunk } from '../message.ts'
import { adapted, everywhere, works } from '../outcome.ts'
import { ways } from '../routes.ts'
import { type Wire, within } from '../wire.ts'

const mebibyte = 1024 * 1024
/** More than all buffers between the two ends together. */
const floodBytes = 96 * mebibyte
/** What may be under way while nobody reads: the buffers of four sockets, which Linux grows to a few MiB each. */
const inFlightBytes = 40 * mebibyte
/** Nothing was taken for so long: it has come to a halt. */
const haltMs = 700

const chunkedHead = headBytes('HTTP/1.1 200 OK', ['transfer-encoding: chunked', 'connection: close'])

/** Pours until all of it is taken; `halt` resolves with what was taken by the time that no more is. */
function pourAll(wire: Wire, bytes: number): { readonly halt: Promise<number>; readonly whole: Promise<boolean> } {
  const piece = Buffer.alloc(64 * 1024, 'x')
  const halt = Promise.withResolvers<number>()
  let taken = 0
  const pour = async () => {
    while (taken < bytes) {
      const timer = setTimeout(() => halt.resolve(taken), haltMs)
      const isTaken = await wire.pour(piece)
      clearTimeout(timer)
      if (!isTaken) return false
      taken += piece.length
    }
    halt.resolve(taken)
    return true
  }
  return { halt: halt.promise, whole: pour() }
}

const down = [
  capability(
    'streaming down',
    everywhere,
    ...ways.map(target =>
      rule(`the first bytes arrive before the origin has finished (${target})`, async stage => {
        const origin = stage.origin()
        const asking = stage.ask({ target })
        const { wire } = await origin.next()
        wire.write(chunkedHead)
        wire.write(chunk('first'))
        const { body } = await asking
        expect(`${await within(body.next(), 'the first piece')}`).toBe('first')
        wire.write(chunk('last'))
        wire.write(lastChunk())
        expect(`${await within(body.all(), 'the rest')}`).toBe('last')
        expect(body.state).toBe('whole')
      }),
    ),
    rule('the head arrives before the first byte of the body', async stage => {
      const origin = stage.origin()
      const asking = stage.ask()
      const { wire } = await origin.next()
      wire.write(headBytes('HTTP/1.1 200 OK', ['content-length: 4', 'connection: close']))
      const { body, lines } = await asking
      expect(lines).toContainEqual([expect.stringMatching(/^content-length$/i), '4'])
      wire.write('late')
      expect(`${await within(body.all(), 'the body')}`).toBe('late')
    }),
    ...ways.map(target =>
      rule(`a body that ends with the connection is handed on whole (${target})`, async stage => {
        stage.origin(({ wire }) => {
          wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end')
          wire.end()
        })
        expect(await stage.told({ target })).toBe('200 until the end')
      }),
    ),
  ),
  capability(
    'streaming down a short response, where the route has a timeout',
    { workerd: adapted('up to 16 KiB of a known length are held until they are complete'), node: works, deno: works },
    rule(
      'the head arrives before the first byte of the body',
      async stage => {
        const origin = stage.origin()
        const asking = stage.ask({ target: '/limited' })
        const { wire } = await origin.next()
        wire.write(headBytes('HTTP/1.1 200 OK', ['content-length: 4', 'connection: close']))
        const { body } = await asking
        wire.write('late')
        expect(`${await within(body.all(), 'the body')}`).toBe('late')
      },
      ['works'],
    ),
    rule(
      'one that breaks off is no answer: 503 UC',
      async stage => {
        const origin = stage.origin(({ wire }) => {
          wire.write(headBytes('HTTP/1.1 200 OK', ['content-length: 10']))
          wire.write('half')
          wire.close()
        })
        expect((await stage.askWhole({ target: '/limited' })).status).toBe(503)
        expect(origin.arrivals).toHaveLength(1)
        expect(await stage.verdict()).toBe('503 UC')
      },
      ['adapted'],
    ),
    rule('one that comes in pieces comes whole', async stage => {
      const origin = stage.origin()
      const asking = stage.told({ target: '/limited' })
      const { wire } = await origin.next()
      wire.write(headBytes('HTTP/1.1 200 OK', ['content-length: 8', 'connection: close']))
      wire.write('half')
      wire.write('half')
      expect(await asking).toBe('200 halfhalf')
    }),
  ),
  capability(
    'server-sent events',
    everywhere,
    ...ways.map(target =>
      rule(`each event arrives before the next one is sent (${target})`, async stage => {
        const origin = stage.origin()
        const asking = stage.ask({ target, lines: ['accept: text/event-stream', 'cache-control: no-cache'] })
        const { wire } = await origin.next()
        wire.write(
          headBytes('HTTP/1.1 200 OK', [
            'content-type: text/event-stream',
            'transfer-encoding: chunked',
            'connection: close',
          ]),
        )
        const { body, lines } = await asking
        expect(lines).toContainEqual([expect.stringMatching(/^content-type$/i), 'text/event-stream'])
        for (let count = 1; count <= 20; count++) {
          const event = `id: ${count}\ndata: event ${count}\n\n`
          wire.write(chunk(event))
          expect(`${await within(body.atLeast(event.length), event)}`).toBe(event)
        }
        wire.write(lastChunk())
        expect(await within(body.all(), 'the end')).toHaveLength(0)
      }),
    ),
  ),
  capability(
    'back-pressure down',
    everywhere,
    ...ways.map(target =>
      rule(
        `an origin cannot send on while the client does not read, and all arrives once it does (${target})`,
        async stage => {
          const origin = stage.origin()
          const asking = stage.ask({ target })
          const { wire } = await origin.next()
          wire.write(headBytes('HTTP/1.1 200 OK', [`content-length: ${floodBytes}`, 'connection: close']))
          const { halt, whole } = pourAll(wire, floodBytes)
          const { body } = await asking
          expect(await within(halt, 'a halt')).toBeLessThan(inFlightBytes)
          expect(await within(body.countAll(), 'all of it')).toBe(floodBytes)
          expect(await whole).toBe(true)
        },
      ),
    ),
  ),
]

const up = [
  capability(
    'streaming up',
    everywhere,
    rule('the origin sees the first chunk before the client has sent the last one', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: ['transfer-encoding: chunked'] }))
      client.write(chunk('first'))
      const { body, wire } = await origin.next()
      expect(`${await within(body.next(), 'the first chunk')}`).toBe('first')
      client.write(chunk('last'))
      client.write(lastChunk())
      expect(`${await within(body.all(), 'the rest')}`).toBe('last')
      expect(body.state).toBe('whole')
      wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok')
      expect((await stage.answer(client)).status).toBe(200)
    }),
    rule('the origin sees the head before the first byte of the body', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: ['content-length: 4'] }))
      const { body, wire } = await origin.next()
      client.write('late')
      expect(`${await within(body.all(), 'the body')}`).toBe('late')
      wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      expect((await stage.answer(client)).status).toBe(200)
    }),
    rule('so does one whose length is announced', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head({ method: 'PUT', lines: ['content-length: 9'] }))
      client.write('first')
      const { body, value, wire } = await origin.next()
      expect(value('content-length')).toBe('9')
      expect(`${await within(body.next(), 'the first bytes')}`).toBe('first')
      client.write('last')
      expect(`${await within(body.all(), 'the rest')}`).toBe('last')
      wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      expect((await stage.answer(client)).status).toBe(200)
    }),
    ...ways.map(target =>
      rule(`both ways at once: what comes down answers what went up (${target})`, async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        client.write(stage.head({ method: 'POST', target, lines: ['transfer-encoding: chunked'] }))
        client.write(chunk('a'))
        const { body: upload, wire } = await origin.next()
        expect(`${await within(upload.next(), 'a')}`).toBe('a')
        wire.write(chunkedHead)
        wire.write(chunk('A'))
        const { body } = await stage.answer(client)
        expect(`${await within(body.next(), 'A')}`).toBe('A')
        client.write(chunk('b'))
        expect(`${await within(upload.next(), 'b')}`).toBe('b')
        wire.write(chunk('B'))
        expect(`${await within(body.next(), 'B')}`).toBe('B')
        client.write(lastChunk())
        expect(await within(upload.all(), 'the end')).toHaveLength(0)
        wire.write(lastChunk())
        expect(await within(body.all(), 'the end')).toHaveLength(0)
        expect(body.state).toBe('whole')
      }),
    ),
  ),
  capability(
    'back-pressure up',
    everywhere,
    rule('a client cannot send on while the origin does not read, and all arrives once it does', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: [`content-length: ${floodBytes}`] }))
      const { halt, whole } = pourAll(client, floodBytes)
      const { body, wire } = await origin.next()
      expect(await within(halt, 'a halt')).toBeLessThan(inFlightBytes)
      expect(await within(body.countAll(), 'all of it')).toBe(floodBytes)
      expect(await whole).toBe(true)
      wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      expect((await stage.answer(client)).status).toBe(200)
    }),
  ),
]

export const streams: Section = { title: 'Streams', capabilities: [...down, ...up] }
