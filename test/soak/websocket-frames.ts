import { randomBytes } from 'node:crypto'

/** What a frame carries (RFC 6455 §5.2). */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A whole message, or a control frame. */
export interface Message {
  readonly opcode: number
  readonly payload: Buffer
}

/** One unfragmented frame; a client has to mask its own. */
export function encodeFrame({ opcode, payload }: Message, isMasked: boolean): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = 0x80 | opcode
  head[1] = (isMasked ? 0x80 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  if (!isMasked) return Buffer.concat([head, payload])
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, applyMask(payload, mask)])
}

/** Takes bytes as they come and calls back for each whole message, in their order. Fragments are put together. */
export function messageReader(onMessage: (message: Message) => void): (chunk: Buffer) => void {
  let held: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  let fragments: Buffer[] = []
  let firstOpcode = 0
  return chunk => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    for (let frame = frameAt(held); frame; frame = frameAt(held)) {
      held = held.subarray(frame.size)
      if (frame.opcode >= 8) {
        onMessage({ opcode: frame.opcode, payload: frame.payload })
        continue
      }
      if (frame.opcode !== opcode.continuation) firstOpcode = frame.opcode
      fragments.push(frame.payload)
      if (!frame.isLast) continue
      const payload = Buffer.concat(fragments)
      fragments = []
      onMessage({ opcode: firstOpcode, payload })
    }
  }
}

function frameAt(bytes: Buffer) {
  if (bytes.length < 2) return undefined
  const isMasked = (bytes[1]! & 0x80) !== 0
  const short = bytes[1]! & 0x7f
  const lengthEnd = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < lengthEnd) return undefined
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  const start = lengthEnd + (isMasked ? 4 : 0)
  const size = start + length
  if (bytes.length < size) return undefined
  const content = bytes.subarray(start, size)
  return {
    isLast: (bytes[0]! & 0x80) !== 0,
    opcode: bytes[0]! & 0x0f,
    payload: isMasked ? applyMask(content, bytes.subarray(lengthEnd, start)) : Buffer.from(content),
    size,
  }
}

function applyMask(payload: Buffer, mask: Buffer): Buffer {
  const masked = Buffer.alloc(payload.length)
  for (let at = 0; at < payload.length; at++) masked[at] = payload[at]! ^ mask[at & 3]!
  return masked
}
