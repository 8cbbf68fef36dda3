/** A frame of WebSocket, unmasked (RFC 6455 §5.2). */
export interface Frame {
  readonly isFinal: boolean
  readonly opcode: number
  readonly payload: Buffer
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** What is taken of one message; more is an endpoint's fault. */
const maxPayloadBytes = 64 * 1024 * 1024

/** Takes frames off the bytes of a connection, as they come. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0)

  /**
   * The frames that are whole now.
   *
   * @throws Error where one is larger than anybody would take
   */
  read(chunk: Buffer): Frame[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const frames: Frame[] = []
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame)
    return frames
  }

  #next(): Frame | undefined {
    const bytes = this.#bytes
    if (bytes.length < 2) return undefined
    const short = bytes[1]! & 127
    const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0
    const isMasked = (bytes[1]! & 128) !== 0
    const start = 2 + sizeBytes + (isMasked ? 4 : 0)
    if (bytes.length < start) return undefined
    const length = sizeBytes === 0 ? short : sizeBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    if (length > maxPayloadBytes) throw new Error('the frame is too large')
    if (bytes.length < start + length) return undefined
    const payload = Buffer.from(bytes.subarray(start, start + length))
    if (isMasked) mask(payload, bytes.subarray(start - 4, start))
    this.#bytes = bytes.subarray(start + length)
    return { isFinal: (bytes[0]! & 128) !== 0, opcode: bytes[0]! & 15, payload }
  }
}

/** A whole message as one frame, masked, as a client has to send it. @param key four random bytes */
export function clientFrame(opcode: number, payload: Uint8Array, key: Uint8Array): Buffer {
  const { length } = payload
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : [127]
  const head = Buffer.from([128 | opcode, 128 | size[0]!, ...size.slice(1)])
  const long = Buffer.alloc(size[0] === 127 ? 8 : 0)
  if (long.length > 0) long.writeBigUInt64BE(BigInt(length))
  const masked = Buffer.from(payload)
  mask(masked, key)
  return Buffer.concat([head, long, key, masked])
}

function mask(payload: Buffer, key: Uint8Array): void {
  for (let at = 0; at < payload.length; at++) payload[at]! ^= key[at & 3]!
}
