import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunk, headBytes } from '../message.ts'
import { everywhere, notSeen, works } from '../outcome.ts'
import { type Wire, within } from '../wire.ts'

const chunkedHead = headBytes('HTTP/1.1 200 OK', ['transfer-encoding: chunked', 'connection: close'])

/** Sends until the peer is gone. */
async function pourUntilGone(wire: Wire): Promise<void> {
  while (await wire.pour(chunk(Buffer.alloc(16_384))));
}

const clients = [
  capability(
    'a client that disconnects before the response',
    everywhere,
    rule('by RST: the origin’s connection is closed', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head())
      const { wire } = await origin.next()
      client.reset()
      await within(wire.over(), 'the origin’s connection to be closed')
    }),
    rule('the log says DC', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head())
      await origin.next()
      client.reset()
      expect(await stage.verdict()).toBe('0 DC')
    }),
    rule('in the middle of its upload: the origin cannot take it for whole', async stage => {
      const origin = stage.origin()
      const client = stage.connect()
      client.write(stage.head({ method: 'POST', lines: ['transfer-encoding: chunked'] }))
      client.write(chunk('half'))
      const { body } = await origin.next()
      expect(`${await within(body.next(), 'the first half')}`).toBe('half')
      client.reset()
      await within(body.all(), 'the end')
      expect(body.state).toBe('cut')
    }),
  ),
  capability(
    'a client that disconnects in order (FIN) before the response',
    {
      workerd: notSeen('workerd notices RST only; the upstream request continues to its end'),
      node: works,
      deno: works,
    },
    rule(
      'the origin’s connection is closed',
      async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        client.write(stage.head())
        const { wire } = await origin.next()
        client.close()
        await within(wire.over(), 'the origin’s connection to be closed')
        expect(await stage.verdict()).toBe('0 DC')
      },
      ['works'],
    ),
    rule(
      'a client that only stops sending is answered',
      async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        client.write(stage.head())
        const { wire } = await origin.next()
        client.end()
        wire.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok')
        expect((await stage.answer(client)).status).toBe(200)
      },
      ['not seen'],
    ),
  ),
  capability(
    'a client that disconnects during the response',
    everywhere,
    ...(['reset', 'close'] as const).map(how =>
      rule(`the origin’s connection is closed (${how})`, async stage => {
        const origin = stage.origin()
        const client = stage.connect()
        const asking = stage.ask({}, client)
        const { wire } = await origin.next()
        wire.write(chunkedHead)
        wire.write(chunk('first'))
        expect(`${await within((await asking).body.next(), 'the first piece')}`).toBe('first')
        client[how]()
        await within(pourUntilGone(wire), 'the origin’s connection to be closed')
      }),
    ),
  ),
]

export const leavingClients: Section = { title: 'Clients that disconnect', capabilities: clients }
