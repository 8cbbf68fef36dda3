import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunk, headBytes } from '../message.ts'
import { everywhere, notSeen, refused, works } from '../outcome.ts'
import { ways } from '../routes.ts'
import { within } from '../wire.ts'

const chunkedHead = headBytes('HTTP/1.1 200 OK', ['transfer-encoding: chunked', 'connection: close'])

const cutAnswers = [
  ['a body that is shorter than announced', headBytes('HTTP/1.1 200 OK', ['content-length: 100000']), 'half'],
  ['a chunked body that does not end', chunkedHead, chunk('half')],
  ['a chunk that is cut', chunkedHead, 'ff\r\nhalf'],
] as const

const origins = [
  capability(
    'an origin that dies in its response',
    {
      workerd: refused('the connection is closed before the response is complete'),
      node: refused('the connection is closed before the response is complete'),
      deno: refused('the connection is closed before the response is complete'),
    },
    ...cutAnswers.flatMap(([what, head, part]) =>
      ways
        .flatMap(target => (['close', 'reset'] as const).map(how => [target, how] as const))
        .map(([target, how]) =>
          rule(`${what} is one at the client, too (${target}, ${how})`, async stage => {
            const origin = stage.origin()
            const asking = stage.ask({ target })
            const { wire } = await origin.next()
            wire.write(head)
            wire.write(part)
            const answer = await asking
            expect(answer.status).toBe(200)
            await within(answer.body.atLeast(4), 'the first half')
            wire[how]()
            await within(answer.body.all(), 'the end')
            expect(answer.body.state).toBe('cut')
          }),
        ),
    ),
    ...ways.map(target =>
      rule(`bytes that are no chunk cut it, too (${target})`, async stage => {
        stage.origin(({ wire }) => {
          wire.write(Buffer.concat([chunkedHead, chunk('half'), Buffer.from('no chunk at all\r\n')]))
          wire.close()
        })
        const { content, body } = await stage.askWhole({ target })
        expect(`${content}`).toBe('half')
        expect(body.state).toBe('cut')
      }),
    ),
  ),
  capability(
    'the log entry of a response that is cut off',
    { workerd: notSeen('a Worker does not see the body pass: the log has the head only'), node: works, deno: works },
    rule(
      'the origin has died: UC',
      async stage => {
        stage.origin(({ wire }) => {
          wire.write(cutAnswers[0][1])
          wire.write('half')
          wire.close()
        })
        await stage.askWhole()
        expect(await stage.verdict()).toBe('200 UC')
      },
      ['works'],
    ),
    rule(
      'the client has gone: DC',
      async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        const asking = stage.ask({}, client)
        const { wire } = await origin.next()
        wire.write(chunkedHead)
        await asking
        client.reset()
        expect(await stage.verdict()).toBe('200 DC')
      },
      ['works'],
    ),
    rule(
      'the head is logged as it was',
      async stage => {
        stage.origin(({ wire }) => {
          wire.write(cutAnswers[0][1])
          wire.write('half')
          wire.close()
        })
        await stage.askWhole()
        expect(await stage.verdict()).toBe('200 -')
      },
      ['not seen'],
    ),
    rule('the route’s timeout has cut it: UT', async stage => {
      const origin = stage.origin()
      const asking = stage.askWhole({ target: '/timed' })
      const { wire } = await origin.next()
      wire.write(chunkedHead)
      await asking
      expect(await stage.verdict()).toBe('200 UT')
    }),
  ),
  capability(
    'a response that is longer than announced',
    everywhere,
    rule('the client gets what was announced, and nobody gets the rest', async stage => {
      stage.origin(
        ({ wire, target }) =>
          wire.write(
            target === '/fleeting/long'
              ? 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfalse'
              : 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue',
          ),
        'fleeting',
      )
      const client = stage.connect()
      expect(await stage.told({ target: '/fleeting/long' }, client)).toBe('200 hello')
      for (let count = 0; count < 5; count++) expect(await stage.told({ target: '/fleeting/next' })).toBe('200 true')
      expect(await stage.told({ target: '/fleeting/next' }, client)).toBe('200 true')
    }),
  ),
  capability(
    'an origin that is unreachable',
    { workerd: refused('503 `UF`'), node: refused('503 `UF`'), deno: refused('503 `UF`') },
    rule('503 UF, and the connection goes on', async stage => {
      const client = stage.connect()
      expect((await stage.askWhole({ target: '/dead' }, client)).status).toBe(503)
      expect((await stage.askWhole({ method: 'POST', target: '/dead', body: 'x'.repeat(50_000) }, client)).status).toBe(
        503,
      )
      const told = (await stage.logged(2)).map(entry => `${entry.response_code} ${entry.response_flags}`)
      expect(told).toEqual(['503 UF,URX', '503 UF,URX'])
    }),
    rule('a destination that nobody declared: 503 NC', async stage => {
      expect((await stage.askWhole({ target: '/unknown' })).status).toBe(503)
      expect(await stage.verdict()).toBe('503 NC')
    }),
    rule('a request that no route wants: 404 NR', async stage => {
      expect((await stage.askWhole({ lines: ['x-unrouted: 1'] })).status).toBe(404)
      expect(await stage.verdict()).toBe('404 NR')
    }),
  ),
  capability(
    'an origin that disconnects before it responds',
    { workerd: refused('503 `UC`'), node: refused('503 `UC`'), deno: refused('503 `UC`') },
    ...(['close', 'reset'] as const).map(how =>
      rule(`503 UC (${how})`, async stage => {
        stage.origin(({ wire }) => wire[how]())
        expect((await stage.askWhole({ target: '/tried-once' })).status).toBe(503)
        expect(await stage.verdict()).toBe('503 UC')
      }),
    ),
    rule('in the middle of its head: 503 UC', async stage => {
      stage.origin(({ wire }) => {
        wire.write('HTTP/1.1 200 OK\r\nx-a: ')
        wire.close()
      })
      expect((await stage.askWhole({ target: '/tried-once' })).status).toBe(503)
      expect(await stage.verdict()).toBe('503 UC')
    }),
  ),
  capability(
    'an origin that sends garbage',
    {
      workerd: refused('503 `UC`: fetch does not distinguish it from a connection that ended'),
      node: refused('502 `UPE`'),
      deno: refused('502 `UPE`'),
    },
    ...[
      '220 mail.test ESMTP\r\n\r\n',
      'HTTP/1.1 abc\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n',
      'HTTP/1.1 1000 OK\r\n\r\n',
    ].map((garbage, index) =>
      rule(`it is no answer (${index + 1})`, async stage => {
        stage.origin(({ wire }) => {
          wire.write(garbage)
          wire.close()
        })
        const { status } = await stage.askWhole({ target: '/tried-once' })
        const expected = stage.runtime === 'workerd' ? '503 UC' : '502 UPE'
        expect(`${status} ${expected.slice(4)}`).toBe(expected)
        expect(await stage.verdict()).toBe(expected)
      }),
    ),
    rule('a status above 599 is none', async stage => {
      stage.origin(arrival => arrival.answer(700, [], 'what'))
      expect((await stage.askWhole({ target: '/tried-once' })).status).toBe(502)
      expect(await stage.verdict()).toBe('502 UPE')
    }),
  ),
  capability(
    'an origin whose head does not end',
    { workerd: refused('503 `UC`'), node: refused('502 `UPE`'), deno: refused('502 `UPE`') },
    rule('it is given up after bounded bytes', async stage => {
      let poured = 0
      const over = Promise.withResolvers<void>()
      stage.origin(async ({ wire }) => {
        wire.write('HTTP/1.1 200 OK\r\n')
        const line = Buffer.from(`x-endless: ${'e'.repeat(4000)}\r\n`)
        while (poured < 64_000_000 && (await wire.pour(line))) poured += line.length
        over.resolve()
      })
      const { status } = await stage.askWhole({ target: '/tried-once' })
      const expected = stage.runtime === 'workerd' ? '503 UC' : '502 UPE'
      expect(`${status}`).toBe(expected.slice(0, 3))
      await within(over.promise, 'the origin’s connection to be closed')
      expect(poured).toBeLessThan(16_000_000)
      expect(await stage.verdict()).toBe(expected)
    }),
  ),
]

export const failingOrigins: Section = { title: 'Origins that fail', capabilities: origins }
