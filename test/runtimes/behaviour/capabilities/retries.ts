import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunk, headBytes } from '../message.ts'
import { everywhere } from '../outcome.ts'
import { perTryTimeoutMs, timeoutMs } from '../routes.ts'
import { within } from '../wire.ts'

const tries = [
  capability(
    'retries by status',
    everywhere,
    rule('the next try answers, and the client sees only that', async stage => {
      let count = 0
      const origin = stage.origin(arrival => arrival.answer(count++ === 0 ? 503 : 200, [], `try ${count}`))
      expect(await stage.told({ target: '/retried' })).toBe('200 try 2')
      expect(origin.arrivals).toHaveLength(2)
      expect(await stage.verdict()).toBe('200 -')
    }),
    rule('a body of 100 KB is sent again, whole', async stage => {
      const bytes = Buffer.alloc(100_000, 'abcdefg')
      const bodies: Buffer[] = []
      const origin = stage.origin(async arrival => {
        bodies.push(await arrival.body.all())
        await arrival.answer(bodies.length < 3 ? 503 : 200, [], `try ${bodies.length}`)
      })
      expect(await stage.told({ method: 'POST', target: '/retried', body: bytes })).toBe('200 try 3')
      expect(bodies.map(body => body.equals(bytes))).toEqual([true, true, true])
      expect(origin.arrivals.map(({ value }) => value('content-length'))).toEqual(['100000', '100000', '100000'])
    }),
    rule('so is a chunked one', async stage => {
      const bodies: string[] = []
      stage.origin(async arrival => {
        bodies.push(String(await arrival.body.all()))
        await arrival.answer(bodies.length < 2 ? 503 : 200)
      })
      const request = { method: 'POST', target: '/retried', lines: ['transfer-encoding: chunked'] }
      expect((await stage.ask({ ...request, body: '3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n' })).status).toBe(200)
      expect(bodies).toEqual(['abcdef', 'abcdef'])
    }),
    rule('a body of 2 MB is not: the client gets the first answer', async stage => {
      const origin = stage.origin(arrival => arrival.answer(503, [], 'first'))
      const { status } = await stage.askWhole({ method: 'POST', target: '/retried', body: Buffer.alloc(2_000_000) })
      expect(status).toBe(503)
      expect(origin.arrivals).toHaveLength(1)
      expect(await stage.verdict()).toBe('503 URX')
    }),
    rule('after the last one its answer goes down, with URX', async stage => {
      const origin = stage.origin(arrival => arrival.answer(500, [], `try ${origin.arrivals.length}`))
      expect(await stage.told({ target: '/retried' })).toBe('500 try 3')
      expect(await stage.verdict()).toBe('500 URX')
    }),
    rule('where there are none, the first answer goes down', async stage => {
      const origin = stage.origin(arrival => arrival.answer(503, [], 'busy'))
      expect(await stage.told({ target: '/tried-once' })).toBe('503 busy')
      expect(origin.arrivals).toHaveLength(1)
    }),
    rule('never after the head has gone down', async stage => {
      const origin = stage.origin(({ wire }) => {
        wire.write(headBytes('HTTP/1.1 200 OK', ['content-length: 10']))
        wire.write('half')
        wire.end()
      })
      const { content, body } = await stage.askWhole({ target: '/retried' })
      expect(`${content}`).toBe('half')
      expect(body.state).toBe('cut')
      expect(origin.arrivals).toHaveLength(1)
    }),
  ),
  capability(
    'retries after a reset',
    everywhere,
    rule('a connection that ends without an answer is tried again', async stage => {
      const origin = stage.origin(arrival => {
        if (origin.arrivals.length === 1) return arrival.wire.reset()
        return arrival.answer(200, [], 'second')
      })
      expect(await stage.told({ target: '/retried' })).toBe('200 second')
    }),
    rule('with its body', async stage => {
      const origin = stage.origin(async arrival => {
        const content = await arrival.body.all()
        if (origin.arrivals.length === 1) return arrival.wire.reset()
        await arrival.answer(200, [], content)
      })
      expect(await stage.told({ method: 'POST', target: '/retried', body: 'abc' })).toBe('200 abc')
    }),
    rule('without a retry policy for it, a POST is sent once: 503 UC', async stage => {
      const origin = stage.origin(async arrival => {
        await arrival.body.all()
        arrival.wire.reset()
      })
      expect((await stage.askWhole({ method: 'POST', target: '/tried-once', body: 'abc' })).status).toBe(503)
      expect(origin.arrivals).toHaveLength(1)
      expect(await stage.verdict()).toBe('503 UC')
    }),
  ),
  capability(
    'retries of a failed connect',
    everywhere,
    rule('they take another endpoint', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()), 'second')
      for (let count = 0; count < 20; count++) {
        expect(await stage.told({ method: 'POST', target: '/half', body: `${count}` })).toBe(`200 ${count}`)
      }
    }),
    rule('where nobody listens: 503 UF,URX', async stage => {
      expect((await stage.askWhole({ target: '/dead' })).status).toBe(503)
      expect(await stage.verdict()).toBe('503 UF,URX')
    }),
  ),
]

const timeouts = [
  capability(
    'timeout',
    everywhere,
    rule('an origin that does not answer in time: 504 UT, and its connection is closed', async stage => {
      const origin = stage.origin()
      const startMs = performance.now()
      const asking = stage.askWhole({ target: '/timed' })
      const { wire } = await origin.next()
      expect((await asking).status).toBe(504)
      expect(performance.now() - startMs).toBeGreaterThan(timeoutMs * 0.9)
      await within(wire.over(), 'the origin’s connection to be closed')
      expect(await stage.verdict()).toBe('504 UT')
    }),
    rule('the time counts from the end of the upload', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'in time'))
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', target: '/timed', lines: ['content-length: 6'] }))
      client.write('abc')
      await new Promise(resolve => setTimeout(resolve, timeoutMs * 1.25))
      client.write('def')
      const answer = await stage.answer(client)
      expect(`${answer.status} ${await answer.body.all()}`).toBe('200 in time')
    }),
    rule('an answer that is not over in time is cut, and the client can tell', async stage => {
      for (const framing of ['transfer-encoding: chunked', 'content-length: 100000']) {
        const origin = stage.origin()
        const asking = stage.askWhole({ target: '/timed' })
        const { wire } = await origin.next()
        wire.write(headBytes('HTTP/1.1 200 OK', [framing, 'connection: close']))
        wire.write(framing.startsWith('transfer') ? chunk('half') : 'half')
        const { content, body } = await asking
        expect(`${content}`).toBe('half')
        expect(body.state).toBe('cut')
        await within(wire.over(), 'the origin’s connection to be closed')
      }
    }),
    rule('one that is in time is whole', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'in time'))
      expect(await stage.told({ target: '/limited' })).toBe('200 in time')
      expect(await stage.verdict()).toBe('200 -')
    }),
  ),
  capability(
    'timeout of each try',
    everywhere,
    rule('a try that takes too long is followed by the next one', async stage => {
      const origin = stage.origin()
      const startMs = performance.now()
      const asking = stage.told({ method: 'POST', target: '/timely', body: 'abc' })
      const first = await origin.next()
      const second = await origin.next()
      expect(performance.now() - startMs).toBeGreaterThan(perTryTimeoutMs * 0.9)
      expect(`${await within(second.body.all(), 'the body')}`).toBe('abc')
      second.wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\nsecond')
      expect(await asking).toBe('200 second')
      await within(first.wire.over(), 'the first try’s connection to be closed')
    }),
    rule('after the last one: 504 UT', async stage => {
      const origin = stage.origin()
      expect((await stage.askWhole({ target: '/timely' })).status).toBe(504)
      expect(origin.arrivals).toHaveLength(2)
      expect(await stage.verdict()).toBe('504 UT,URX')
    }),
  ),
]

export const retries: Section = { title: 'Retries and timeouts', capabilities: [...tries, ...timeouts] }
