import { randomBytes } from 'node:crypto'
import type { HttpResponse } from '../node-http/upstream/upstream-response.ts'
import { clientFrame, type Frame, FrameReader, opcodes } from './frames.ts'

/**
 * Joins a client's WebSocket, which Deno handles for us, with the connection that the endpoint has switched: messages
 * pass both ways, and so does the code that either side closes with.
 *
 * @param headers of the endpoint's answer; Deno makes the client's handshake itself
 */
export function bridgeWebSocket(request: Request, headers: Headers, origin: HttpResponse): Response {
  const { socket: endpoint, head } = origin.tunnel!
  const protocol = headers.get('sec-websocket-protocol')
  const { socket: client, response } = Deno.upgradeWebSocket(request, protocol === null ? {} : { protocol })
  client.binaryType = 'arraybuffer'
  const reader = new FrameReader()
  const messages = new MessageJoiner()

  const send = (opcode: number, payload: Uint8Array) => {
    if (endpoint.writable) endpoint.write(clientFrame(opcode, payload, randomBytes(4)))
  }
  const take = (chunk: Buffer) => {
    try {
      for (const frame of reader.read(chunk)) deliver(frame)
    } catch {
      endpoint.destroy()
    }
  }
  const deliver = (frame: Frame) => {
    if (frame.opcode === opcodes.ping) send(opcodes.pong, frame.payload)
    else if (frame.opcode === opcodes.close) {
      closeClient(client, frame.payload)
      endpoint.end()
    } else {
      const message = messages.add(frame)
      if (message !== undefined && client.readyState === client.OPEN) client.send(message)
    }
  }

  client.addEventListener('open', () => {
    if (head.length > 0) take(head)
    endpoint.on('data', take)
  })
  client.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') send(opcodes.text, Buffer.from(data))
    else send(opcodes.binary, new Uint8Array(data))
  })
  client.addEventListener('close', ({ code, reason }) => {
    send(opcodes.close, closing(code, reason))
    endpoint.end()
  })
  client.addEventListener('error', () => endpoint.destroy())
  endpoint.on('error', () => {})
  endpoint.on('close', hadError => {
    if (client.readyState === client.OPEN) client.close(1011)
    origin.over(hadError ? 'reset' : 'whole')
  })
  return response
}

/** Joins the frames of a message, of which a client is to see nothing. */
class MessageJoiner {
  #parts: Buffer[] = []
  #isText = false

  /** The message that this frame ends; undefined where it goes on. */
  add({ opcode, payload, isFinal }: Frame): string | ArrayBuffer | undefined {
    if (opcode === opcodes.text || opcode === opcodes.binary) {
      this.#parts = []
      this.#isText = opcode === opcodes.text
    } else if (opcode !== opcodes.continuation) return undefined
    this.#parts.push(payload)
    if (!isFinal) return undefined
    const whole = Buffer.concat(this.#parts)
    this.#parts = []
    return this.#isText ? whole.toString('utf8') : new Uint8Array(whole).buffer
  }
}

/** Codes that a program can close with: the others are said by the protocol itself (RFC 6455 §7.4). */
function closeClient(client: WebSocket, payload: Buffer): void {
  const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1000
  if (code === 1000 || (code >= 3000 && code <= 4999)) client.close(code, payload.subarray(2).toString('utf8'))
  else client.close()
}

/** 1005 and 1006 stand for a close without a code, and for none at all: neither can be sent. */
function closing(code: number, reason: string): Buffer {
  if (code === 1005 || code === 1006) return Buffer.alloc(0)
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return Buffer.concat([payload, Buffer.from(reason)])
}
