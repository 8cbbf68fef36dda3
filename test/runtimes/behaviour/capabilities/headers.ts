import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { onlyValueOf, valuesOf } from '../message.ts'
import { adapted, everywhere } from '../outcome.ts'
import { uuid } from './forwarded.ts'

const lines = [
  capability(
    'several Set-Cookie',
    everywhere,
    rule('they stay lines of their own, in their order', async stage => {
      const cookies = ['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'a=3; HttpOnly']
      stage.origin(arrival =>
        arrival.answer(
          200,
          cookies.map(cookie => `set-cookie: ${cookie}`),
        ),
      )
      expect(valuesOf((await stage.ask()).lines, 'set-cookie')).toEqual(cookies)
    }),
    rule('also where a rule changes the headers of the answer', async stage => {
      const cookies = ['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']
      stage.origin(arrival =>
        arrival.answer(200, ['connection: x-hop', ...cookies.map(cookie => `set-cookie: ${cookie}`)]),
      )
      const answer = await stage.ask({ target: '/shared', lines: ['origin: https://page.test'] })
      expect(valuesOf(answer.lines, 'set-cookie')).toEqual(cookies)
      expect(onlyValueOf(answer.lines, 'access-control-allow-origin')).toBe('https://page.test')
    }),
  ),
  capability(
    'repeated header lines',
    everywhere,
    rule('those of a request keep their values and their order', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({ lines: ['x-many: 1', 'x-one: 0', 'x-many: 2, 3', 'X-Many: 4'] })
      const arrival = await origin.next()
      expect(arrival.values('x-many').join(', ')).toBe('1, 2, 3, 4')
      expect(arrival.values('x-one')).toEqual(['0'])
    }),
    rule('those of an answer keep their values and their order', async stage => {
      stage.origin(arrival =>
        arrival.answer(200, ['www-authenticate: Basic realm="a"', 'x-one: 0', 'www-authenticate: Digest realm="b, c"']),
      )
      const answer = await stage.ask()
      expect(valuesOf(answer.lines, 'www-authenticate').join(', ')).toBe('Basic realm="a", Digest realm="b, c"')
    }),
  ),
  capability(
    'several Cookie lines',
    {
      ...everywhere,
      // A client that keeps to RFC 6265 sends one, and in one line a comma may be a part of a value.
      workerd: adapted(
        'workerd joins them with a comma, and one line with a comma looks the same: both stay as they are',
      ),
    },
    rule(
      'they are one list of cookies',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        await stage.ask({ lines: ['cookie: a=1', 'cookie: b=2'] })
        // RFC 6265 §5.4: a comma would be a part of the first one's value.
        expect((await origin.next()).values('cookie').join('; ')).toBe('a=1; b=2')
      },
      ['works'],
    ),
    rule(
      'they are one line, as workerd has joined them',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        await stage.ask({ lines: ['cookie: a=1', 'cookie: b=2'] })
        expect((await origin.next()).values('cookie')).toEqual(['a=1, b=2'])
      },
      ['adapted'],
    ),
  ),
  capability(
    'large heads',
    everywhere,
    rule('30 KB of request headers reach the origin', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      const value = 'v'.repeat(1000)
      const answer = await stage.ask({
        lines: Array.from({ length: 30 }, (_none, index) => `x-large-${index}: ${value}`),
      })
      expect(answer.status).toBe(200)
      const arrival = await origin.next()
      for (let index = 0; index < 30; index++) expect(arrival.value(`x-large-${index}`)).toBe(value)
    }),
    rule('30 KB of the answer’s headers reach the client', async stage => {
      const value = 'v'.repeat(10_000)
      stage.origin(arrival => arrival.answer(200, [`x-a: ${value}`, `x-b: ${value}`, `x-c: ${value}`]))
      const answer = await stage.ask()
      expect(['x-a', 'x-b', 'x-c'].map(name => onlyValueOf(answer.lines, name)?.length)).toEqual([
        10_000, 10_000, 10_000,
      ])
    }),
  ),
  capability(
    'header values beyond ASCII',
    everywhere,
    rule('their bytes are the same at the other end', async stage => {
      // UTF-8 as Latin-1 reads it, and a byte that no UTF-8 has.
      const values = [Buffer.from('zürich').toString('latin1'), 'caf\xe9']
      const origin = stage.origin(arrival =>
        arrival.answer(
          200,
          values.map((value, index) => `x-down-${index}: ${value}`),
        ),
      )
      const answer = await stage.ask({ lines: values.map((value, index) => `x-up-${index}: ${value}`) })
      expect(values.map((_value, index) => onlyValueOf(answer.lines, `x-down-${index}`))).toEqual(values)
      const arrival = await origin.next()
      expect(values.map((_value, index) => arrival.value(`x-up-${index}`))).toEqual(values)
    }),
  ),
  capability(
    'hop-by-hop fields',
    everywhere,
    rule('those of a request end here, also what Connection names', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({
        lines: [
          'connection: keep-alive, x-hop',
          'keep-alive: timeout=5',
          'x-hop: 1',
          'x-end: 2',
          'te: gzip',
          'proxy-connection: keep-alive',
          'trailer: x-sum',
        ],
      })
      const arrival = await origin.next()
      for (const name of ['keep-alive', 'x-hop', 'te', 'proxy-connection', 'trailer', 'transfer-encoding']) {
        expect([name, ...arrival.values(name)]).toEqual([name])
      }
      expect(arrival.values('connection').join()).not.toMatch(/x-hop/i)
      expect(arrival.value('x-end')).toBe('2')
    }),
    rule('those of an answer end here, also what Connection names', async stage => {
      stage.origin(arrival =>
        arrival.answer(200, [
          'connection: keep-alive, x-hop',
          'keep-alive: timeout=1234',
          'x-hop: 1',
          'x-end: 2',
          'proxy-connection: keep-alive',
        ]),
      )
      const answer = await stage.ask()
      for (const name of ['x-hop', 'proxy-connection']) expect([name, ...valuesOf(answer.lines, name)]).toEqual([name])
      expect(valuesOf(answer.lines, 'keep-alive').join()).not.toContain('1234')
      expect(valuesOf(answer.lines, 'connection').join()).not.toMatch(/x-hop/i)
      expect(onlyValueOf(answer.lines, 'x-end')).toBe('2')
    }),
    rule('Connection cannot name away what this gateway vouches for', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      const named = 'x-forwarded-for, x-forwarded-proto, x-forwarded-host, x-request-id, cookie, content-length'
      await stage.ask({ method: 'POST', lines: [`connection: close, ${named}`, 'cookie: a=1'], body: 'abc' })
      const arrival = await origin.next()
      expect(arrival.value('x-forwarded-for')).toBe('127.0.0.1')
      expect(arrival.value('x-forwarded-proto')).toBe('http')
      expect(arrival.value('x-request-id')).toMatch(uuid)
      expect(arrival.value('cookie')).toBe('a=1')
      expect(arrival.body.framing).toEqual({ kind: 'length', bytes: 3 })
    }),
    rule('`te: trailers` breaks nothing', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200, [], 'ok'))
      expect(await stage.told({ lines: ['te: trailers', 'connection: te'] })).toBe('200 ok')
      expect(['', 'trailers']).toContain((await origin.next()).values('te').join())
    }),
    rule('an upgrade to h2c is not taken up', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200, [], 'plain'))
      const upgrade = [
        'connection: upgrade, http2-settings',
        'upgrade: h2c',
        'http2-settings: AAMAAABkAARAAAAAAAIAAAAA',
      ]
      expect(await stage.told({ lines: upgrade })).toBe('200 plain')
      const arrival = await origin.next()
      expect([...arrival.values('upgrade'), ...arrival.values('http2-settings')]).toEqual([])
    }),
  ),
]

export const headers: Section = { title: 'Header fields', capabilities: lines }
