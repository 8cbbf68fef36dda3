import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunkedBody, lastChunk } from '../message.ts'
import { everywhere, refused, works } from '../outcome.ts'
import { ways } from '../routes.ts'
import { within } from '../wire.ts'

const bodies = [
  capability(
    'chunked upload',
    everywhere,
    rule('without a length it stays chunked', async stage => {
      const origin = stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const body = chunkedBody('one ', 'two')
      const told = await stage.told({ method: 'POST', lines: ['transfer-encoding: chunked'], body })
      expect(told).toBe('200 one two')
      const arrival = await origin.next()
      expect(arrival.body.framing).toEqual({ kind: 'chunked' })
      expect(arrival.values('content-length')).toEqual([])
    }),
    rule('chunk extensions end at this hop', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const body = '3;a=b\r\nabc\r\n0;c\r\n\r\n'
      expect(await stage.told({ method: 'POST', lines: ['transfer-encoding: chunked'], body })).toBe('200 abc')
    }),
    rule('an empty one is an empty body', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], `${(await arrival.body.all()).length} bytes`))
      expect(await stage.told({ method: 'POST', lines: ['transfer-encoding: chunked'], body: lastChunk() })).toBe(
        '200 0 bytes',
      )
    }),
  ),
  capability(
    'upload with a length',
    everywhere,
    rule('its length is announced to the origin', async stage => {
      const origin = stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      expect(await stage.told({ method: 'PUT', body: 'twelve bytes' })).toBe('200 twelve bytes')
      expect((await origin.next()).body.framing).toEqual({ kind: 'length', bytes: 12 })
    }),
    rule('an empty body is content-length: 0, not chunked', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({ method: 'POST', body: '' })
      expect((await origin.next()).body.framing).toEqual({ kind: 'length', bytes: 0 })
    }),
    rule('where none is announced, the origin waits for none', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({ method: 'POST' })
      await stage.ask({ method: 'GET' })
      await stage.ask({ method: 'DELETE' })
      for (const arrival of [await origin.next(), await origin.next(), await origin.next()]) {
        expect([{ kind: 'none' }, { kind: 'length', bytes: 0 }]).toContainEqual(arrival.body.framing)
      }
    }),
    ...ways.map(target =>
      rule(`100 KB come up and down as they are (${target})`, async stage => {
        const bytes = Buffer.from(Array.from({ length: 100_000 }, (_none, index) => (index * 7919) % 256))
        stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
        expect((await stage.askWhole({ method: 'POST', target, body: bytes })).content.equals(bytes)).toBe(true)
      }),
    ),
  ),
  capability(
    'bodies of GET, DELETE and OPTIONS',
    everywhere,
    ...['GET', 'DELETE', 'OPTIONS', 'PROPFIND'].map(method =>
      rule(`${method} with a body reaches the origin with it`, async stage => {
        stage.origin(async arrival => arrival.answer(200, [], `${arrival.method} ${await arrival.body.all()}`))
        expect(await stage.told({ method, body: 'abc' })).toBe(`200 ${method} abc`)
      }),
    ),
  ),
  capability(
    'a chunked body of GET',
    { workerd: refused('400 `DPE`: fetch would drop it'), node: works, deno: works },
    rule(
      'the origin gets it',
      async stage => {
        stage.origin(async arrival => arrival.answer(200, [], `${arrival.method} ${await arrival.body.all()}`))
        expect(await stage.told({ lines: ['transfer-encoding: chunked'], body: chunkedBody('abc') })).toBe(
          '200 GET abc',
        )
      },
      ['works'],
    ),
    rule(
      'it is refused, and reaches nobody',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        const { status } = await stage.askWhole({ lines: ['transfer-encoding: chunked'], body: chunkedBody('abc') })
        expect(status).toBe(400)
        expect(origin.arrivals).toHaveLength(0)
        expect(await stage.verdict()).toBe('400 DPE')
      },
      ['refused'],
    ),
  ),
  capability(
    'Expect: 100-continue',
    everywhere,
    rule('the client is told to go on before it sends the body, and the origin is not asked', async stage => {
      const origin = stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: ['expect: 100-continue', 'content-length: 4'] }))
      expect(await within(client.upTo('\r\n\r\n'), '100')).toMatch(/^HTTP\/1\.1 100 /)
      client.write('body')
      const answer = await stage.answer(client)
      expect(`${answer.status} ${await answer.body.all()}`).toBe('200 body')
      expect((await origin.next()).values('expect')).toEqual([])
    }),
    rule('one that sends it without waiting gets its answer as well', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      expect(await stage.told({ method: 'POST', lines: ['expect: 100-continue'], body: 'body' })).toBe('200 body')
    }),
  ),
]

export const uploads: Section = { title: 'Uploads', capabilities: bodies }
