import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { headBytes, onlyValueOf } from '../message.ts'
import { everywhere, refused, works } from '../outcome.ts'
import { within } from '../wire.ts'

const reuse = [
  capability(
    'keep-alive',
    everywhere,
    rule('one connection carries many requests, also after answers of 4xx and 5xx', async stage => {
      stage.origin(arrival => arrival.answer(Number(arrival.target.slice(1)), [], arrival.target))
      const client = stage.connect()
      for (const status of [200, 404, 200, 500, 403, 200]) {
        expect(await stage.told({ target: `/${status}` }, client)).toBe(`${status} /${status}`)
      }
      expect((await stage.askWhole({ lines: ['x-unrouted: 1'] }, client)).status).toBe(404)
      expect(await stage.told({ target: '/200' }, client)).toBe('200 /200')
    }),
    rule('`connection: close` ends it after the answer', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'last'))
      const idle = await stage.idle()
      const client = stage.connect()
      expect(await stage.told({ lines: ['connection: close'] }, client)).toBe('200 last')
      expect(await stage.endBefore(idle, client)).toBe('ended')
    }),
    rule('the origin’s `connection: close` does not end the client’s', async stage => {
      stage.origin(async arrival => {
        await arrival.answer(200, ['connection: close'], 'ok')
        arrival.wire.close()
      })
      const client = stage.connect()
      for (let count = 0; count < 3; count++) expect(await stage.told({}, client)).toBe('200 ok')
    }),
    rule('connections to the origin are used again', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      const before = stage.gateway.origins.connectionCount('main')
      const client = stage.connect()
      for (let count = 0; count < 200; count++) await stage.askWhole({}, client)
      // Other rules open some at the same time.
      expect(stage.gateway.origins.connectionCount('main') - before).toBeLessThan(100)
    }),
    rule('one that the origin closed while it was idle is not missed', async stage => {
      const noticed: Promise<unknown>[] = []
      stage.origin(async arrival => {
        await arrival.answer(200, [], 'ok')
        arrival.wire.end()
        noticed.push(arrival.wire.over())
        await noticed.at(-1)
      }, 'fleeting')
      for (let count = 0; count < 10; count++) {
        expect(await stage.told({ method: 'POST', target: '/fleeting', body: 'abc' })).toBe('200 ok')
        await within(noticed[count]!, 'the gateway to close its side')
      }
    }),
  ),
  capability(
    'pipelined requests',
    everywhere,
    rule('they are answered in their order', async stage => {
      stage.origin(async arrival => {
        const content = await arrival.body.all()
        await arrival.answer(200, [], `${arrival.target} ${content}`)
      })
      const client = stage.connect()
      client.write(
        Buffer.concat([
          stage.request({ target: '/1' }),
          stage.request({ method: 'POST', target: '/2', body: 'two' }),
          stage.request({ target: '/3' }),
          stage.request({ target: '/4', lines: ['x-unrouted: 1'] }),
          stage.request({ target: '/5' }),
        ]),
      )
      const told: string[] = []
      for (let count = 0; count < 5; count++) {
        const { status, body } = await stage.answer(client)
        told.push(`${status} ${await within(body.all(), 'the body')}`.trim())
      }
      expect(told).toEqual(['200 /1', '200 /2 two', '200 /3', '404', '200 /5'])
    }),
  ),
  capability(
    'a response before the upload has ended',
    everywhere,
    rule('the answer arrives before the upload has ended, and nothing is mixed up behind it', async stage => {
      const origin = stage.origin(async arrival => {
        if (arrival.method === 'GET') return arrival.answer(200, [], 'next')
        // It neither reads on nor waits.
        arrival.wire.write(headBytes('HTTP/1.1 413 Too Large', ['content-length: 3', 'connection: close']))
        arrival.wire.write('too')
        arrival.wire.end()
      })
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: ['content-length: 200000'] }))
      client.write(Buffer.alloc(1000, 'x'))
      const answer = await stage.answer(client, 'POST')
      expect(`${answer.status} ${await within(answer.body.all(), 'the body')}`).toBe('413 too')
      client.write(Buffer.alloc(199_000, 'x'))
      client.write(stage.request({ target: '/next' }))
      // It goes on after the upload, or ends here: then the client asks again.
      const next = await stage.answer(client).catch(() => stage.ask({ target: '/next' }))
      expect(`${next.status} ${await within(next.body.all(), 'the body')}`).toBe('200 next')
      expect(origin.arrivals.map(({ method }) => method)).toEqual(['POST', 'GET'])
    }),
    rule('so does one of the gateway’s own', async stage => {
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: ['content-length: 200000', 'x-unrouted: 1'] }))
      client.write(Buffer.alloc(1000, 'x'))
      expect((await stage.answer(client, 'POST')).status).toBe(404)
    }),
    rule('where nobody reads an upload, the connection goes on, or its answer says that it does not', async stage => {
      const idle = await stage.idle()
      const client = stage.connect()
      const upload = { method: 'POST', lines: ['x-unrouted: 1'], body: 'x'.repeat(50_000) }
      const { status, lines } = await stage.askWhole(upload, client)
      expect(status).toBe(404)
      if (onlyValueOf(lines, 'connection')?.toLowerCase() === 'close') await stage.endBefore(idle, client)
      else expect((await stage.askWhole(upload, client)).status).toBe(404)
    }),
  ),
  capability(
    'HTTP/1.0',
    { workerd: works, node: refused('426, as Envoy has it'), deno: refused('426, as Envoy has it') },
    rule(
      'it is answered without chunks, and the connection ends',
      async stage => {
        stage.origin(({ wire }) =>
          wire.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nold\r\n0\r\n\r\n'),
        )
        const idle = await stage.idle()
        const client = stage.connect()
        client.write(`${stage.head()}`.replace('HTTP/1.1', 'HTTP/1.0'))
        const answer = await stage.answer(client)
        expect(answer.status).toBe(200)
        expect(onlyValueOf(answer.lines, 'transfer-encoding')).toBeUndefined()
        expect(`${await within(answer.body.all(), 'the body')}`).toBe('old')
        await stage.endBefore(idle, client)
      },
      ['works'],
    ),
    rule(
      'it is refused, and reaches nobody',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        const client = stage.connect()
        client.write(`${stage.head()}`.replace('HTTP/1.1', 'HTTP/1.0'))
        expect((await stage.answer(client)).status).toBe(426)
        expect(origin.arrivals).toHaveLength(0)
      },
      ['refused'],
    ),
  ),
  capability(
    'a request without exactly one Host',
    { workerd: refused('400 `DPE`'), node: refused('400 `DPE`'), deno: refused('400 `DPE`') },
    ...['', 'host: a.test\r\nhost: b.test\r\n', 'host: a.test/x\r\n', 'host: a b\r\n', 'host:\r\n'].map(lines =>
      rule(`${JSON.stringify(lines)} is 400`, async stage => {
        const client = stage.connect()
        client.write(`GET /${stage.host} HTTP/1.1\r\n${lines}\r\n`)
        expect((await stage.answer(client)).status).toBe(400)
      }),
    ),
    rule('it is logged', async stage => {
      const client = stage.connect()
      const path = `/logged/${stage.host}`
      client.write(`GET ${path} HTTP/1.1\r\nhost: a.test\r\nhost: b.test\r\n\r\n`)
      expect((await stage.answer(client)).status).toBe(400)
      const entry = await stage.loggedAs(entry => entry.path === path)
      expect(`${entry.response_code} ${entry.response_flags}`).toBe('400 DPE')
    }),
  ),
  capability(
    'the health path',
    everywhere,
    rule('it is answered here on every host, and only to GET', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200, [], 'routed'))
      const target = '/.signalbox/health'
      expect(await stage.told({ target })).toBe('200 ok')
      expect(await stage.told({ target: `${target}?now` })).toBe('200 ok')
      expect(origin.arrivals).toHaveLength(0)
      expect(await stage.told({ method: 'POST', target })).toBe('200 routed')
      expect(await stage.told({ target: `${target}/x` })).toBe('200 routed')
    }),
  ),
]

export const connections: Section = { title: 'Connections', capabilities: reuse }
