import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunk, headBytes, lastChunk, onlyValueOf, valuesOf } from '../message.ts'
import { everywhere, notSeen } from '../outcome.ts'
import { ways } from '../routes.ts'

const text = 'all work and no play '.repeat(500)
const encoded = [
  ['gzip', gzipSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(text)],
  // Not what it says: whoever reads it cannot hide that.
  ['gzip', Buffer.from('not gzip at all')],
  ['x-unknown', Buffer.from('some bytes')],
] as const

const bodies = [
  capability(
    'HEAD',
    everywhere,
    ...ways.map(target =>
      rule(
        `the content-length of a body that is not sent is kept, and the connection goes on (${target})`,
        async stage => {
          stage.origin(({ wire, method }) =>
            wire.write(
              `HTTP/1.1 200 OK\r\ncontent-length: 4711\r\netag: "a"\r\n\r\n${method === 'HEAD' ? '' : 'x'.repeat(4711)}`,
            ),
          )
          const client = stage.connect()
          const answer = await stage.ask({ method: 'HEAD', target }, client)
          expect(answer.status).toBe(200)
          expect(onlyValueOf(answer.lines, 'content-length')).toBe('4711')
          expect(onlyValueOf(answer.lines, 'etag')).toBe('"a"')
          expect((await stage.askWhole({}, client)).content).toHaveLength(4711)
        },
      ),
    ),
    rule('one that announces chunks has none', async stage => {
      stage.origin(({ wire }) => wire.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))
      const client = stage.connect()
      expect((await stage.ask({ method: 'HEAD' }, client)).status).toBe(200)
      expect((await stage.ask({ method: 'HEAD' }, client)).status).toBe(200)
    }),
    ...ways.map(target =>
      rule(`one without a content-length is over with its head (${target})`, async stage => {
        stage.origin(({ wire }) => wire.write('HTTP/1.1 200 OK\r\nx-a: b\r\n\r\n'))
        const client = stage.connect()
        expect((await stage.ask({ method: 'HEAD', target }, client)).status).toBe(200)
        expect((await stage.ask({ method: 'HEAD', target }, client)).status).toBe(200)
      }),
    ),
  ),
  capability(
    'Date and Server',
    everywhere,
    rule('they are the origin’s', async stage => {
      stage.origin(arrival => arrival.answer(200, ['date: Sat, 01 Jan 2000 00:00:00 GMT', 'server: origin']))
      const { lines } = await stage.ask()
      expect(onlyValueOf(lines, 'date')).toBe('Sat, 01 Jan 2000 00:00:00 GMT')
      expect(onlyValueOf(lines, 'server')).toBe('origin')
    }),
  ),
  capability(
    'responses without a body: 204, 205, 304',
    everywhere,
    ...[204, 205, 304].map(status =>
      rule(`${status} has no body, and the connection goes on`, async stage => {
        stage.origin(({ wire, target }) =>
          wire.write(
            target === '/first'
              ? `HTTP/1.1 ${status} Told\r\netag: "v1"\r\n${status === 205 ? 'content-length: 0\r\n' : ''}\r\n`
              : 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext',
          ),
        )
        const client = stage.connect()
        const answer = await stage.askWhole({ target: '/first', lines: ['if-none-match: "v1"'] }, client)
        expect(answer.status).toBe(status)
        expect(answer.content).toHaveLength(0)
        expect(answer.body.state).toBe('whole')
        expect(onlyValueOf(answer.lines, 'etag')).toBe('"v1"')
        expect(await stage.told({ target: '/second' }, client)).toBe('200 next')
      }),
    ),
  ),
  capability(
    'ranges',
    everywhere,
    ...ways.map(target =>
      rule(`range and if-range go up, 206 and its content-range come down (${target})`, async stage => {
        const origin = stage.origin(arrival =>
          arrival.answer(206, ['content-range: bytes 2-4/10', 'accept-ranges: bytes'], 'cde'),
        )
        const answer = await stage.askWhole({ target, lines: ['range: bytes=2-4', 'if-range: "v1"'] })
        expect(`${answer.status} ${answer.content}`).toBe('206 cde')
        expect(onlyValueOf(answer.lines, 'content-range')).toBe('bytes 2-4/10')
        expect(onlyValueOf(answer.lines, 'content-length')).toBe('3')
        const { value } = await origin.next()
        expect([value('range'), value('if-range')]).toEqual(['bytes=2-4', '"v1"'])
      }),
    ),
    rule('416 says how long the whole is', async stage => {
      stage.origin(arrival => arrival.answer(416, ['content-range: bytes */10']))
      const answer = await stage.askWhole({ lines: ['range: bytes=20-'] })
      expect(answer.status).toBe(416)
      expect(onlyValueOf(answer.lines, 'content-range')).toBe('bytes */10')
    }),
  ),
  capability(
    'compressed bodies',
    everywhere,
    ...encoded.map(([encoding, bytes], index) =>
      rule(
        `${encoding} comes byte by byte with its content-encoding and content-length (${index + 1})`,
        async stage => {
          stage.origin(arrival =>
            arrival.answer(200, [`content-encoding: ${encoding}`, 'vary: accept-encoding'], bytes),
          )
          for (const lines of [['accept-encoding: gzip, br, zstd'], ['accept-encoding: identity'], []]) {
            const answer = await stage.askWhole({ lines })
            expect(answer.content.equals(bytes)).toBe(true)
            expect(onlyValueOf(answer.lines, 'content-encoding')).toBe(encoding)
            expect(onlyValueOf(answer.lines, 'content-length')).toBe(String(bytes.length))
          }
        },
      ),
    ),
    ...ways.map(target =>
      rule(`one that is compressed and chunked, too (${target})`, async stage => {
        const bytes = encoded[0][1]
        stage.origin(({ wire }) => {
          wire.write(headBytes('HTTP/1.1 200 OK', ['content-encoding: gzip', 'transfer-encoding: chunked']))
          wire.write(Buffer.concat([chunk(bytes.subarray(0, 20)), chunk(bytes.subarray(20)), Buffer.from(lastChunk())]))
        })
        const answer = await stage.askWhole({ target })
        expect(answer.content.equals(bytes)).toBe(true)
        expect(onlyValueOf(answer.lines, 'content-encoding')).toBe('gzip')
      }),
    ),
    rule('a compressed upload goes up as it is', async stage => {
      const bytes = encoded[0][1]
      const origin = stage.origin(async arrival => {
        const content = await arrival.body.all()
        await arrival.answer(200, [], content.equals(bytes) ? 'same' : 'other')
      })
      expect(await stage.told({ method: 'POST', lines: ['content-encoding: gzip'], body: bytes })).toBe('200 same')
      expect((await origin.next()).value('content-encoding')).toBe('gzip')
    }),
    rule('the origin is not told that the client accepts an encoding that it did not name', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask()
      await stage.ask({ lines: ['accept-encoding: br;q=0.5'] })
      expect((await origin.next()).values('accept-encoding')).toEqual([])
      expect((await origin.next()).values('accept-encoding')).toEqual(['br;q=0.5'])
    }),
  ),
  capability(
    'redirects',
    everywhere,
    rule('the origin’s redirect is handed to the client', async stage => {
      const origin = stage.origin(arrival => arrival.answer(302, ['location: http://elsewhere.test/x'], 'moved'))
      const answer = await stage.askWhole()
      expect(`${answer.status} ${answer.content}`).toBe('302 moved')
      expect(onlyValueOf(answer.lines, 'location')).toBe('http://elsewhere.test/x')
      expect(origin.arrivals).toHaveLength(1)
    }),
  ),
  capability(
    'status and reason',
    everywhere,
    ...[
      [299, 'Nearly'],
      [418, 'Teapot'],
      [451, 'Told'],
      [599, 'Worst'],
    ].map(([status, reason]) =>
      rule(`${status} ${reason} comes as it is`, async stage => {
        stage.origin(({ wire }) => wire.write(`HTTP/1.1 ${status} ${reason}\r\ncontent-length: 0\r\n\r\n`))
        const answer = await stage.askWhole()
        expect(`${answer.status} ${answer.reason}`).toBe(`${status} ${reason}`)
      }),
    ),
  ),
]

const interim = [
  capability(
    'interim responses of the origin (1xx)',
    {
      workerd: notSeen('fetch drops them'),
      node: notSeen('only the final response is forwarded'),
      deno: notSeen('only the final response is forwarded'),
    },
    ...['100 Continue', '102 Processing', '103 Early Hints'].map(status =>
      rule(`${status} does not harm the final answer`, async stage => {
        stage.origin(({ wire }) => {
          wire.write(`HTTP/1.1 ${status}\r\nlink: </a.css>; rel=preload\r\n\r\n`)
          wire.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-a: b\r\n\r\nfinal')
        })
        const client = stage.connect()
        const answer = await stage.askWhole({}, client)
        expect(`${answer.status} ${answer.content}`).toBe('200 final')
        expect(answer.interim).toEqual([])
        expect(onlyValueOf(answer.lines, 'x-a')).toBe('b')
        expect(valuesOf(answer.lines, 'link')).toEqual([])
        expect(await stage.told({}, client)).toBe('200 final')
      }),
    ),
  ),
]

export const answers: Section = { title: 'Responses', capabilities: [...bodies, ...interim] }
