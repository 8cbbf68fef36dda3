import { expect } from 'vitest'
import { capability, longRule, rule, type Section } from '../capability.ts'
import { idleTimeoutMs } from '../gateway.ts'
import { chunk, headBytes, readAnswer } from '../message.ts'
import { everywhere, notSeen, refused, works } from '../outcome.ts'
import type { Stage } from '../stage.ts'
import { type Wire, within } from '../wire.ts'

/** The answer of a connection that the gateway is expected to end by itself: its status, if it gave one. */
async function statusBeforeEnd(wire: Wire): Promise<string> {
  const text = `${await within(wire.rest(), 'the gateway to end the connection')}`
  return /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'none'
}

async function isRefusedUnseen(stage: Stage, lines: readonly string[], target: string, statuses: readonly number[]) {
  const origin = stage.origin(arrival => arrival.answer(200))
  const { status } = await stage.ask({ target, lines })
  expect(statuses).toContain(status)
  expect(origin.arrivals).toHaveLength(0)
}

/** Of one header field that is too long for a runtime. */
function tooManyBytes({ runtime }: Stage): number {
  return runtime === 'workerd' ? 600_000 : 62_000
}

function linesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => `x-${index}: 1`)
}

const heads = [
  capability(
    'a head that is too large',
    {
      workerd: refused('431 above 512 KiB, and a target above 64 KiB is 414, by workerd itself'),
      node: refused('431 above 60 KiB'),
      deno: refused('431 above 60 KiB'),
    },
    rule('one long field: 431, and it reaches nobody', stage =>
      isRefusedUnseen(stage, [`x-long: ${'l'.repeat(tooManyBytes(stage))}`], '/', [431]),
    ),
    rule('many fields: 431, and it reaches nobody', stage => {
      const value = 'l'.repeat(tooManyBytes(stage) / 60)
      return isRefusedUnseen(
        stage,
        Array.from({ length: 60 }, (_none, index) => `x-${index}: ${value}`),
        '/',
        [431],
      )
    }),
    rule('a long target: 414 or 431, and it reaches nobody', stage =>
      isRefusedUnseen(stage, [], `/${'l'.repeat(70_000)}`, [414, 431]),
    ),
    rule('the gateway goes on with others', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      await stage.ask({ lines: [`x-long: ${'l'.repeat(tooManyBytes(stage))}`] })
      expect(await stage.told()).toBe('200 ok')
    }),
    rule('one of 50 KB is none', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      expect(await stage.told({ lines: [`x-long: ${'l'.repeat(50_000)}`] })).toBe('200 ok')
      expect(await stage.told({ target: `/${'l'.repeat(50_000)}` })).toBe('200 ok')
    }),
  ),
  capability(
    'a head of more than 100 lines',
    { workerd: works, node: refused('431'), deno: refused('431') },
    rule(
      'all of its 1,200 lines arrive',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        expect((await stage.ask({ lines: linesOf(1200) })).status).toBe(200)
        expect((await origin.next()).value('x-1199')).toBe('1')
      },
      ['works'],
    ),
    rule('it is refused, and reaches nobody', stage => isRefusedUnseen(stage, linesOf(1200), '/', [431]), ['refused']),
    rule('one of 95 lines is none', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      expect((await stage.ask({ lines: linesOf(95) })).status).toBe(200)
      expect((await origin.next()).value('x-94')).toBe('1')
    }),
  ),
]

const waits = [
  capability(
    'a head that takes too long',
    { workerd: refused('closed after 15 s'), node: refused('408'), deno: refused('408') },
    longRule('the connection is ended in bounded time, also where a byte comes now and then', async stage => {
      const origin = stage.origin(async arrival => {
        if (arrival.target === '/silent') await arrival.wire.over()
        else await arrival.answer(200, [], 'ok')
      })
      // It is given up later, by the limit for what is idle.
      const silent = stage.ask({ target: '/silent' })
      await origin.next()
      const [stuck, slow, later] = [stage.connect(), stage.connect(), stage.connect()]
      expect(await stage.told({}, later)).toBe('200 ok')
      for (const client of [stuck, slow, later]) client.write(`GET / HTTP/1.1\r\nhost: ${stage.host}\r\nx-slow: `)
      const dripping = setInterval(() => slow.write('x'), 100)
      try {
        const status = stage.runtime === 'workerd' ? 'none' : '408'
        const ends = Promise.all([stuck, slow, later].map(client => statusBeforeEnd(client)))
        expect(await Promise.race([ends, silent])).toEqual([status, status, status])
      } finally {
        clearInterval(dripping)
      }
    }),
    rule('others are served meanwhile', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      for (let count = 0; count < 50; count++) stage.connect().write('GET / HT')
      expect(await stage.told()).toBe('200 ok')
    }),
  ),
  capability(
    'a connection without a request',
    everywhere,
    longRule('it is ended after a while, also when it had one before', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      const [silent, idle] = [stage.connect(), stage.connect()]
      expect(await stage.told({}, idle)).toBe('200 ok')
      await within(Promise.all([silent.over(), idle.over()]), 'the end of both')
    }),
  ),
  capability(
    'an idle stream',
    {
      workerd: notSeen('a Worker cannot see what passes; the timeout of a route bounds it'),
      node: refused('it is cut (`SI`)'),
      deno: refused('it is cut (`SI`)'),
    },
    longRule(
      'an answer that stops is cut, also at the origin: SI',
      async stage => {
        const origin = stage.origin()
        const asking = stage.ask()
        const { wire } = await origin.next()
        wire.write(headBytes('HTTP/1.1 200 OK', ['transfer-encoding: chunked', 'connection: close']))
        wire.write(chunk('half'))
        const { body } = await asking
        expect(`${await within(body.all(), 'the end')}`).toBe('half')
        expect(body.state).toBe('cut')
        await within(wire.over(), 'the end at the origin')
        expect(await stage.verdict()).toBe('200 SI')
      },
      ['refused'],
    ),
    longRule(
      'an upload that stops is given up: 408 SI',
      async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        client.write(stage.head({ method: 'POST', lines: ['content-length: 10'] }))
        client.write('half')
        const { wire, body } = await origin.next()
        expect(await statusBeforeEnd(client)).toBe('408')
        await within(body.all(), 'the end at the origin')
        expect(body.state).toBe('cut')
        await within(wire.over(), 'the end at the origin')
        expect(await stage.verdict()).toBe('408 SI')
      },
      ['refused'],
    ),
    longRule(
      'an origin that says nothing is given up: 504 SI',
      async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        client.write(stage.head())
        const { wire } = await origin.next()
        const { status } = await within(readAnswer(client, 'GET'), 'an answer')
        expect(status).toBe(504)
        await within(wire.over(), 'the end at the origin')
        expect(await stage.verdict()).toBe('504 SI')
      },
      ['refused'],
    ),
    longRule(
      'an answer that stops goes on after a while',
      async stage => {
        const origin = stage.origin()
        const asking = stage.ask()
        const { wire } = await origin.next()
        wire.write(headBytes('HTTP/1.1 200 OK', ['content-length: 8', 'connection: close']))
        wire.write('half')
        const { body } = await asking
        expect(`${await within(body.next(), 'the first half')}`).toBe('half')
        await new Promise(resolve => setTimeout(resolve, idleTimeoutMs * 1.2))
        wire.write('half')
        expect(`${await within(body.all(), 'the other half')}`).toBe('half')
      },
      ['not seen'],
    ),
    longRule('one that moves now and then goes on', async stage => {
      const origin = stage.origin()
      const asking = stage.ask()
      const { wire } = await origin.next()
      wire.write(headBytes('HTTP/1.1 200 OK', ['transfer-encoding: chunked', 'connection: close']))
      const { body } = await asking
      // Together they take longer than the limit.
      const timer = setInterval(() => wire.write(chunk('piece')), idleTimeoutMs / 20)
      try {
        for (let count = 0; count < 30; count++) expect(`${await within(body.next(), 'a piece')}`).toBe('piece')
      } finally {
        clearInterval(timer)
      }
    }),
  ),
]

export const limits: Section = { title: 'Limits', capabilities: [...heads, ...waits] }
