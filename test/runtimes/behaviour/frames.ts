import { createHash, randomBytes } from 'node:crypto'
import type { Wire } from './wire.ts'

export type FrameKind = 'continuation' | 'text' | 'binary' | 'close' | 'ping' | 'pong'
const opcodes: Readonly<Record<FrameKind, number>> = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
}

/** A whole WebSocket frame (RFC 6455 §5.2). */
export interface Frame {
  readonly kind: FrameKind
  readonly isFinal: boolean
  readonly payload: Buffer
}

/** Sends one frame; clients mask theirs. */
export function sendFrame(
  wire: Wire,
  side: 'client' | 'origin',
  kind: FrameKind,
  content: string | Uint8Array = '',
  isFinal = true,
): void {
  const payload = Buffer.from(content as string)
  const maskBit = side === 'client' ? 0x80 : 0
  const { length } = payload
  const size = Buffer.alloc(length < 126 ? 1 : length < 65_536 ? 3 : 9)
  size[0] = maskBit | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (size.length === 3) size.writeUInt16BE(length, 1)
  if (size.length === 9) size.writeBigUInt64BE(BigInt(length), 1)
  const start = Buffer.concat([Buffer.from([(isFinal ? 0x80 : 0) | opcodes[kind]]), size])
  const mask = randomBytes(4)
  wire.write(Buffer.concat(side === 'origin' ? [start, payload] : [start, mask, masked(payload, mask)]))
}

/** The next frame; undefined where the peer has left. */
export async function readFrame(wire: Wire): Promise<Frame | undefined> {
  const start = await wire.exactly(2)
  if (start === undefined) return undefined
  const [first, second] = [start[0]!, start[1]!]
  let length = second & 0x7f
  if (length === 126) length = (await wire.exactly(2))?.readUInt16BE() ?? 0
  else if (length === 127) length = Number((await wire.exactly(8))?.readBigUInt64BE() ?? 0)
  const mask = second & 0x80 ? await wire.exactly(4) : undefined
  const payload = await wire.exactly(length)
  if (payload === undefined) return undefined
  const kind = (Object.keys(opcodes) as FrameKind[]).find(each => opcodes[each] === (first & 0x0f))
  if (kind === undefined || first & 0x70) throw new Error(`not a plain frame: ${first.toString(16)}`)
  return { kind, isFinal: (first & 0x80) !== 0, payload: mask ? masked(payload, mask) : Buffer.from(payload) }
}

/** The next message, its frames put together. Control frames between them are left out. */
export async function readMessage(
  wire: Wire,
): Promise<{ readonly kind: FrameKind; readonly payload: Buffer } | undefined> {
  const pieces: Buffer[] = []
  let kind: FrameKind | undefined
  for (;;) {
    const frame = await readFrame(wire)
    if (frame === undefined) return undefined
    if (frame.kind === 'ping' || frame.kind === 'pong') continue
    if (frame.kind === 'close') return { kind: 'close', payload: frame.payload }
    kind ??= frame.kind
    pieces.push(frame.payload)
    if (frame.isFinal) return { kind, payload: Buffer.concat(pieces) }
  }
}

/** The payload of a close frame. */
export function closing(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return Buffer.concat([payload, Buffer.from(reason)])
}

export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

function masked(payload: Buffer, mask: Buffer): Buffer {
  const result = Buffer.alloc(payload.length)
  for (let at = 0; at < payload.length; at++) result[at] = payload[at]! ^ mask[at & 3]!
  return result
}
