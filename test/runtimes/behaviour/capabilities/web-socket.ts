import { expect } from 'vitest'
import { capability, longRule, rule, type Section } from '../capability.ts'
import { acceptOf, closing, readFrame, readMessage, sendFrame } from '../frames.ts'
import { idleTimeoutMs } from '../gateway.ts'
import { type Answer, headBytes, onlyValueOf, valuesOf } from '../message.ts'
import type { Arrival } from '../origins.ts'
import { everywhere, notSeen, refused } from '../outcome.ts'
import type { Stage } from '../stage.ts'
import { type Wire, within } from '../wire.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const upgrade = ['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', `sec-websocket-key: ${key}`]

interface Session {
  readonly client: Wire
  readonly answer: Answer
  readonly origin: Wire
  readonly arrival: Arrival
}

/** A WebSocket through the gateway, accepted by the origin. */
async function open(
  stage: Stage,
  lines: readonly string[] = [],
  originLines: readonly string[] = [],
  target = '/chat?room=1',
): Promise<Session> {
  const origin = stage.origin()
  const client = stage.connect()
  const asking = stage.ask({ target, lines: [...upgrade, ...lines] }, client)
  const arrival = await origin.next()
  arrival.wire.write(
    headBytes('HTTP/1.1 101 Switching Protocols', [
      'connection: Upgrade',
      'upgrade: websocket',
      `sec-websocket-accept: ${acceptOf(arrival.value('sec-websocket-key')!)}`,
      ...originLines,
    ]),
  )
  const answer = await asking
  expect(answer.status).toBe(101)
  return { client, answer, origin: arrival.wire, arrival }
}

async function textAt(wire: Wire): Promise<string> {
  const message = await within(readMessage(wire), 'a message')
  return `${message?.kind} ${message?.payload}`
}

async function closeAt(wire: Wire): Promise<string> {
  const message = await within(readMessage(wire), 'a close')
  if (message?.kind !== 'close') return message?.kind ?? 'left'
  return message.payload.length < 2
    ? 'without a code'
    : `${message.payload.readUInt16BE()} ${message.payload.subarray(2)}`.trim()
}

const messages = [
  capability(
    'WebSocket',
    everywhere,
    rule('the handshake is the origin’s, with target and headers', async stage => {
      const { answer, arrival } = await open(stage, ['cookie: a=1', 'origin: https://page.test'], ['set-cookie: b=2'])
      expect(onlyValueOf(answer.lines, 'sec-websocket-accept')).toBe(acceptOf(key))
      expect(onlyValueOf(answer.lines, 'upgrade')?.toLowerCase()).toBe('websocket')
      expect(onlyValueOf(answer.lines, 'set-cookie')).toBe('b=2')
      expect([arrival.method, arrival.target]).toEqual(['GET', '/chat?room=1'])
      expect([arrival.value('cookie'), arrival.value('origin')]).toEqual(['a=1', 'https://page.test'])
      expect(arrival.value('x-forwarded-for')).toBe('127.0.0.1')
    }),
    rule('it is logged as what it was', async stage => {
      const { client, origin } = await open(stage)
      sendFrame(client, 'client', 'close', closing(1000))
      expect(await closeAt(origin)).toBe('1000')
      sendFrame(origin, 'origin', 'close', closing(1000))
      origin.end()
      expect(await closeAt(client)).toBe('1000')
      client.end()
      expect(await stage.verdict()).toBe('101 -')
    }),
    ...['/', '/limited', '/retried', '/mirrored'].map(target =>
      rule(`texts and bytes pass both ways, in their order (${target})`, async stage => {
        const { client, origin } = await open(stage, [], [], target)
        for (const [from, to, side] of [
          [client, origin, 'client'],
          [origin, client, 'origin'],
        ] as const) {
          sendFrame(from, side, 'text', 'zürich')
          sendFrame(from, side, 'binary', Buffer.from([0, 255, 128]))
          sendFrame(from, side, 'text', '')
          expect(await textAt(to)).toBe('text zürich')
          expect((await within(readMessage(to), 'bytes'))?.payload).toEqual(Buffer.from([0, 255, 128]))
          expect(await textAt(to)).toBe('text ')
        }
      }),
    ),
    rule('what the origin sends right behind its handshake arrives', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      const asking = stage.ask({ lines: upgrade }, client)
      const { wire, value } = await origin.next()
      const frame = Buffer.from([0x81, 5, ...Buffer.from('hello')])
      const accept = `sec-websocket-accept: ${acceptOf(value('sec-websocket-key')!)}`
      const head = headBytes('HTTP/1.1 101 Switching Protocols', ['connection: Upgrade', 'upgrade: websocket', accept])
      wire.write(Buffer.concat([head, frame]))
      expect((await asking).status).toBe(101)
      expect(await textAt(client)).toBe('text hello')
    }),
    rule('a message in pieces comes whole', async stage => {
      const { client, origin } = await open(stage)
      sendFrame(client, 'client', 'text', 'one ', false)
      sendFrame(client, 'client', 'continuation', 'two ', false)
      sendFrame(client, 'client', 'continuation', 'three')
      expect(await textAt(origin)).toBe('text one two three')
    }),
    rule('one of 1 MB passes both ways', async stage => {
      const { client, origin } = await open(stage)
      const bytes = Buffer.alloc(1_000_000, 'abcdefghijk')
      sendFrame(client, 'client', 'binary', bytes)
      expect((await within(readMessage(origin), 'it to go up'))?.payload.equals(bytes)).toBe(true)
      sendFrame(origin, 'origin', 'binary', bytes)
      expect((await within(readMessage(client), 'it to come down'))?.payload.equals(bytes)).toBe(true)
    }),
    rule('100 messages come back one after the other', async stage => {
      const { client, origin } = await open(stage)
      const echo = async () => {
        for (let count = 0; count < 100; count++) {
          sendFrame(origin, 'origin', 'text', (await readMessage(origin))!.payload)
        }
      }
      const echoing = echo()
      for (let count = 0; count < 100; count++) sendFrame(client, 'client', 'text', `${count}`)
      for (let count = 0; count < 100; count++) expect(await textAt(client)).toBe(`text ${count}`)
      await echoing
    }),
  ),
  capability(
    'WebSocket: subprotocol',
    everywhere,
    rule('what the client offers goes up, what the origin takes comes down', async stage => {
      const { answer, arrival } = await open(
        stage,
        ['sec-websocket-protocol: chat, superchat'],
        ['sec-websocket-protocol: superchat'],
      )
      expect(arrival.values('sec-websocket-protocol').join().replaceAll(' ', '')).toBe('chat,superchat')
      expect(onlyValueOf(answer.lines, 'sec-websocket-protocol')).toBe('superchat')
    }),
  ),
  capability(
    'WebSocket: ping and pong',
    everywhere,
    rule('a ping of the client is answered with its payload', async stage => {
      const { client, origin } = await open(stage)
      const pongs = (async () => {
        for (let frame = await readFrame(origin); frame; frame = await readFrame(origin)) {
          if (frame.kind === 'ping') sendFrame(origin, 'origin', 'pong', frame.payload)
        }
      })()
      sendFrame(client, 'client', 'ping', 'are you there')
      const frame = await within(readFrame(client), 'a pong')
      expect(`${frame?.kind} ${frame?.payload}`).toBe('pong are you there')
      client.reset()
      await within(pongs, 'the end')
    }),
    rule('so is one of the origin', async stage => {
      const { client, origin } = await open(stage)
      const pongs = (async () => {
        for (let frame = await readFrame(client); frame; frame = await readFrame(client)) {
          if (frame.kind === 'ping') sendFrame(client, 'client', 'pong', frame.payload)
        }
      })()
      sendFrame(origin, 'origin', 'ping', 'are you there')
      const frame = await within(readFrame(origin), 'a pong')
      expect(`${frame?.kind} ${frame?.payload}`).toBe('pong are you there')
      origin.reset()
      await within(pongs, 'the end')
    }),
  ),
]

const endings = [
  capability(
    'WebSocket: close codes',
    everywhere,
    ...([[1000], [1001, 'going away'], [4001, 'by agreement']] as const).map(([code, reason = '']) =>
      rule(`${code} ${reason} passes both ways`, async stage => {
        for (const side of ['client', 'origin'] as const) {
          const { client, origin } = await open(stage)
          const [from, to] = side === 'client' ? [client, origin] : [origin, client]
          sendFrame(from, side, 'close', closing(code, reason))
          expect(await closeAt(to)).toBe(`${code} ${reason}`.trim())
          sendFrame(to, side === 'client' ? 'origin' : 'client', 'close', closing(code, reason))
          to.end()
          expect(await closeAt(from)).toBe(`${code} ${reason}`.trim())
          from.end()
        }
      }),
    ),
    rule('a close without a code passes as one', async stage => {
      const { client, origin } = await open(stage)
      sendFrame(client, 'client', 'close')
      expect(await closeAt(origin)).toBe('without a code')
    }),
  ),
  capability(
    'WebSocket: one side disconnects',
    everywhere,
    ...(['reset', 'close'] as const).map(how =>
      rule(`a client that is gone (${how}) ends the connection to the origin`, async stage => {
        const { client, origin } = await open(stage)
        sendFrame(client, 'client', 'text', 'here')
        expect(await textAt(origin)).toBe('text here')
        client[how]()
        await within(origin.over(), 'the end at the origin')
      }),
    ),
    rule('an origin that goes on after that is not waited for', async stage => {
      const { client, origin } = await open(stage)
      sendFrame(client, 'client', 'text', 'here')
      expect(await textAt(origin)).toBe('text here')
      client.close()
      // It is logged when it is over, and the origin never ends its side.
      expect((await stage.logged())[0]!.response_code).toBe(101)
    }),
    ...(['reset', 'close'] as const).map(how =>
      rule(`an origin that is gone (${how}) ends the connection to the client`, async stage => {
        const { client, origin } = await open(stage)
        sendFrame(origin, 'origin', 'text', 'here')
        expect(await textAt(client)).toBe('text here')
        origin[how]()
        await within(client.over(), 'the end at the client')
      }),
    ),
  ),
  capability(
    'WebSocket: idle',
    {
      workerd: notSeen('a Worker cannot see what passes; it stays open'),
      node: refused('both sides are closed after the idle timeout'),
      deno: refused('both sides are closed after the idle timeout'),
    },
    longRule(
      'both sides are closed after the idle timeout',
      async stage => {
        const { client, origin } = await open(stage)
        await within(Promise.all([client.over(), origin.over()]), 'the end of both')
      },
      ['refused'],
    ),
    longRule(
      'a ping now and then keeps it',
      async stage => {
        const { client, origin } = await open(stage)
        const pinging = setInterval(() => sendFrame(client, 'client', 'ping'), idleTimeoutMs / 20)
        try {
          for (let count = 0; count < 30; count++)
            expect((await within(readFrame(origin), 'a ping'))?.kind).toBe('ping')
        } finally {
          clearInterval(pinging)
        }
        sendFrame(origin, 'origin', 'text', 'still here')
        expect(await textAt(client)).toBe('text still here')
      },
      ['refused'],
    ),
    longRule(
      'it stays open',
      async stage => {
        const { client, origin } = await open(stage)
        await new Promise(resolve => setTimeout(resolve, idleTimeoutMs * 1.2))
        sendFrame(origin, 'origin', 'text', 'still here')
        expect(await textAt(client)).toBe('text still here')
      },
      ['not seen'],
    ),
  ),
  capability(
    'WebSocket: refused',
    everywhere,
    rule('the origin’s refusal is handed on', async stage => {
      stage.origin(arrival => arrival.answer(403, ['x-why: no'], 'not you'))
      const answer = await stage.askWhole({ lines: upgrade })
      expect(`${answer.status} ${answer.content}`).toBe('403 not you')
      expect(onlyValueOf(answer.lines, 'x-why')).toBe('no')
      expect(valuesOf(answer.lines, 'sec-websocket-accept')).toEqual([])
    }),
    rule('an answer of the gateway’s own is a plain one', async stage => {
      expect((await stage.askWhole({ target: '/aborted', lines: upgrade })).status).toBe(418)
    }),
    rule('an origin that is not there: 503 UF', async stage => {
      expect((await stage.askWhole({ target: '/dead', lines: upgrade })).status).toBe(503)
      expect(await stage.verdict()).toBe('503 UF,URX')
    }),
    rule('an origin that ends the handshake: 503 UC', async stage => {
      stage.origin(({ wire }) => wire.reset())
      expect((await stage.askWhole({ target: '/tried-once', lines: upgrade })).status).toBe(503)
      expect(await stage.verdict()).toBe('503 UC')
    }),
  ),
]

export const webSocket: Section = { title: 'WebSocket', capabilities: [...messages, ...endings] }
