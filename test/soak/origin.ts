// A process of its own: the origin behind the gateway that is soaked. It prints `ready PORT`.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { bulk } from './bulk.ts'
import { encodeFrame, messageReader, opcode } from './websocket-frames.ts'
import { messageOf } from './websocket-messages.ts'

/** Of the bodies that were sent, by the number that their request named. */
const hashes = new Map<string, string>()

const server = createServer(async (request, response) => {
  const url = new URL(request.url!, 'http://origin')
  const bytes = Number(url.searchParams.get('bytes'))
  switch (url.pathname) {
    case '/down': {
      const { stream, hash } = bulk(bytes)
      const isChunked = url.searchParams.has('chunked')
      response.writeHead(200, isChunked ? {} : { 'content-length': String(bytes) })
      stream.on('end', () => hashes.set(url.searchParams.get('name')!, hash())).pipe(response)
      return
    }
    case '/hash':
      response.end(hashes.get(url.searchParams.get('name')!) ?? 'not sent')
      return
    case '/up': {
      const hash = createHash('sha256')
      let received = 0
      for await (const chunk of request) {
        hash.update(chunk)
        received += chunk.length
      }
      response.end(JSON.stringify({ bytes: received, hash: hash.digest('hex') }))
      return
    }
    case '/events': {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      const startMs = Date.now()
      const count = Number(url.searchParams.get('count'))
      for (let id = 0; id < count && !response.destroyed; id++) {
        await pause(Math.max(0, startMs + id * 1000 - Date.now()))
        response.write(`id: ${id}\ndata: ${Date.now()}\n\n`)
      }
      response.end()
      return
    }
    default:
      response.writeHead(404).end()
  }
})

server.on('upgrade', (request, socket, head) => {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  )
  const count = Number(new URL(request.url!, 'http://origin').searchParams.get('count'))
  converse(socket, head, count)
})

/** Sends back what comes, and sends as many messages of its own; closes when the client does. */
function converse(socket: Duplex, head: Buffer, count: number): void {
  const read = messageReader(message => {
    socket.write(encodeFrame(message, false))
    if (message.opcode === opcode.close) socket.end()
  })
  socket.on('data', read)
  socket.on('error', () => socket.destroy())
  if (head.length > 0) read(head)
  void (async () => {
    for (let number = 0; number < count && !socket.destroyed; number++) {
      const isTaken = socket.write(encodeFrame(messageOf('origin', number), false))
      if (!isTaken) await new Promise(resolve => socket.once('drain', resolve))
      if (number % 20 === 0) await pause(1)
    }
  })()
}

server.requestTimeout = 0
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`ready ${address.port}\n`)
})
