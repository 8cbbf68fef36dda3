import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { adapted } from '../outcome.ts'
import { within } from '../wire.ts'

const copies = [
  capability(
    'mirrors',
    {
      workerd: adapted('a body of more than 1 MiB is not copied'),
      node: adapted('a body of more than 1 MiB is not copied'),
      deno: adapted('a body of more than 1 MiB is not copied'),
    },
    rule('the copy has method, target, headers and body of the request', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const content = Buffer.alloc(100_000, 'copy')
      const bodies = Promise.withResolvers<Buffer>()
      const copies = stage.origin(async arrival => {
        bodies.resolve(await arrival.body.all())
        await arrival.answer(500, [], 'nobody reads this')
      }, 'mirror')
      const answer = await stage.askWhole({
        method: 'POST',
        target: '/mirrored/x?y',
        lines: ['x-a: b'],
        body: content,
      })
      expect(answer.status).toBe(200)
      expect(answer.content.equals(content)).toBe(true)
      const copy = await copies.next()
      expect([copy.method, copy.target, copy.value('x-a')]).toEqual(['POST', '/mirrored/x?y', 'b'])
      expect((await within(bodies.promise, 'the copy')).equals(content)).toBe(true)
    }),
    rule('of a share of none, none is sent', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      const copies = stage.origin(arrival => arrival.answer(200), 'mirror')
      for (let count = 0; count < 5; count++) expect(await stage.told({ target: '/unmirrored' })).toBe('200 ok')
      // What is mirrored now would come after one that was mirrored before.
      await stage.told({ target: '/mirrored/last' })
      expect((await copies.next()).target).toBe('/mirrored/last')
    }),
    rule('a dead one harms nothing', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      expect(await stage.told({ method: 'POST', target: '/nobody-mirrored', body: 'abc' })).toBe('200 abc')
      expect(await stage.verdict()).toBe('200 -')
    }),
    rule('one that never answers delays nothing', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const copies = stage.origin(undefined, 'mirror')
      expect(await stage.told({ method: 'POST', target: '/mirrored', body: 'abc' })).toBe('200 abc')
      expect(await stage.verdict()).toBe('200 -')
      await copies.next()
    }),
    rule('an upload of 8 MB passes without a copy', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], `${await arrival.body.countAll()}`))
      const copies = stage.origin(undefined, 'mirror')
      const bytes = Buffer.alloc(8_000_000)
      expect(await stage.told({ method: 'POST', target: '/mirrored', body: bytes })).toBe('200 8000000')
      // What is more than 1 MiB is not kept, and so not copied.
      expect(copies.arrivals).toHaveLength(0)
    }),
    rule('one that does not read its copy delays nothing', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], `${await arrival.body.countAll()}`))
      const copies = stage.origin(undefined, 'mirror')
      const request = { method: 'POST', target: '/mirrored', body: Buffer.alloc(1_000_000) }
      expect(await stage.told(request)).toBe('200 1000000')
      await copies.next()
      expect(await stage.told(request)).toBe('200 1000000')
    }),
    rule('one that never answers is given up when the route’s timeout is over', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      const copies = stage.origin(undefined, 'mirror')
      expect(await stage.told({ target: '/briefly-mirrored' })).toBe('200 ok')
      const { wire } = await copies.next()
      await within(wire.over(), 'the copy’s connection to be closed')
    }),
    rule('one that resets harms nothing', async stage => {
      const origin = stage.origin()
      const copies = stage.origin(({ wire }) => wire.reset(), 'mirror')
      const asking = stage.told({ method: 'POST', target: '/mirrored', body: 'abc' })
      await copies.next()
      const { wire } = await origin.next()
      wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok')
      expect(await asking).toBe('200 ok')
    }),
    rule('a slow main answer goes down although the copy was answered first', async stage => {
      const origin = stage.origin()
      const copies = stage.origin(arrival => arrival.answer(500, [], 'copy'), 'mirror')
      const asking = stage.told({ target: '/mirrored' })
      await copies.next()
      const { wire } = await origin.next()
      wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nmain')
      expect(await asking).toBe('200 main')
    }),
  ),
]

export const mirrors: Section = { title: 'Mirrors', capabilities: copies }
