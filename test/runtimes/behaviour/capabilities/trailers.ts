import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { chunk, headBytes, lastChunk, onlyValueOf } from '../message.ts'
import { everywhere, notSeen, refused, works } from '../outcome.ts'

const trailerHead = headBytes('HTTP/1.1 200 OK', ['transfer-encoding: chunked', 'trailer: x-sum'])

const both = [
  capability(
    'trailers of a response',
    { workerd: notSeen('fetch drops them; the body arrives complete'), node: works, deno: works },
    rule('the body of an answer that has some comes whole', async stage => {
      stage.origin(({ wire }) => wire.write(`${trailerHead}4\r\nbody\r\n${lastChunk('x-sum: 4711')}`))
      const client = stage.connect()
      expect(await stage.told({ lines: ['te: trailers'] }, client)).toBe('200 body')
      expect(await stage.told({}, client)).toBe('200 body')
    }),
    rule(
      'those of an answer reach the client',
      async stage => {
        stage.origin(({ wire }) => wire.write(`${trailerHead}4\r\nbody\r\n${lastChunk('x-sum: 4711')}`))
        const { body } = await stage.askWhole({ lines: ['te: trailers'] })
        expect(body.trailers.map(([name, value]) => [name.toLowerCase(), value])).toEqual([['x-sum', '4711']])
      },
      ['works'],
    ),
  ),
  capability(
    'trailers of an upload',
    { workerd: notSeen('fetch drops them; the body is sent complete'), node: works, deno: works },
    rule('the body of an upload that has some goes up whole', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const body = Buffer.concat([chunk('abc'), Buffer.from(lastChunk('x-sum: 4711'))])
      const client = stage.connect()
      const lines = ['transfer-encoding: chunked', 'trailer: x-sum']
      expect(await stage.told({ method: 'POST', lines, body }, client)).toBe('200 abc')
      expect(await stage.told({ method: 'POST', body: 'next' }, client)).toBe('200 next')
    }),
    rule(
      'they reach the origin',
      async stage => {
        const origin = stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
        const body = Buffer.concat([chunk('abc'), Buffer.from(lastChunk('x-sum: 4711'))])
        const lines = ['transfer-encoding: chunked', 'trailer: x-sum', 'te: trailers']
        expect(await stage.told({ method: 'POST', lines, body })).toBe('200 abc')
        expect((await origin.next()).body.trailers.map(([name, value]) => [name.toLowerCase(), value])).toEqual([
          ['x-sum', '4711'],
        ])
      },
      ['works'],
    ),
  ),
]

const grpcLines = ['content-type: application/grpc', 'te: trailers']
const grpcMessage = Buffer.from([0, 0, 0, 0, 2, 104, 105])

const grpc = [
  capability(
    'gRPC responses that end with trailers',
    {
      workerd: refused('a gRPC status of the gateway (`UPE`): fetch drops trailers, and the status with them'),
      node: works,
      deno: works,
    },
    rule(
      'message and status reach the client',
      async stage => {
        stage.origin(async arrival => {
          await arrival.body.all()
          arrival.wire.write(
            headBytes('HTTP/1.1 200 OK', ['content-type: application/grpc', 'transfer-encoding: chunked']),
          )
          arrival.wire.write(
            Buffer.concat([chunk(grpcMessage), Buffer.from(lastChunk('grpc-status: 0', 'grpc-message: fine'))]),
          )
        })
        const answer = await stage.askWhole({ method: 'POST', lines: grpcLines, body: grpcMessage })
        expect(answer.content.equals(grpcMessage)).toBe(true)
        expect(answer.body.trailers).toContainEqual(['grpc-status', '0'])
      },
      ['works'],
    ),
    rule(
      'the client is told in the head that it failed, never a success without a status',
      async stage => {
        stage.origin(async arrival => {
          await arrival.body.all()
          arrival.wire.write(
            headBytes('HTTP/1.1 200 OK', ['content-type: application/grpc', 'transfer-encoding: chunked']),
          )
          arrival.wire.write(Buffer.concat([chunk(grpcMessage), Buffer.from(lastChunk('grpc-status: 0'))]))
        })
        const answer = await stage.askWhole({ method: 'POST', lines: grpcLines, body: grpcMessage })
        expect(answer.status).toBe(200)
        expect(Number(onlyValueOf(answer.lines, 'grpc-status'))).toBeGreaterThan(0)
        expect(await stage.verdict()).toBe('200 UPE')
      },
      ['refused'],
    ),
  ),
  capability(
    'gRPC responses with a head only',
    everywhere,
    rule('their status reaches the client', async stage => {
      stage.origin(arrival =>
        arrival.answer(200, ['content-type: application/grpc', 'grpc-status: 5', 'grpc-message: none']),
      )
      const answer = await stage.askWhole({ method: 'POST', lines: grpcLines, body: grpcMessage })
      expect(answer.status).toBe(200)
      expect(onlyValueOf(answer.lines, 'grpc-status')).toBe('5')
      expect(onlyValueOf(answer.lines, 'grpc-message')).toBe('none')
    }),
    rule('what the gateway itself refuses is one, too', async stage => {
      const answer = await stage.askWhole({ method: 'POST', target: '/dead', lines: grpcLines, body: grpcMessage })
      expect(answer.status).toBe(200)
      expect(onlyValueOf(answer.lines, 'grpc-status')).toBe('14')
    }),
  ),
]

export const trailers: Section = { title: 'Trailers and gRPC', capabilities: [...both, ...grpc] }
