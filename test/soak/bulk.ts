import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'

const block = randomBytes(256 * 1024)

/** So many bytes that no compression makes smaller and no two blocks of which are the same. */
export function bulk(bytes: number): { readonly stream: Readable; hash(): string } {
  const hash = createHash('sha256')
  function* blocks() {
    for (let sent = 0; sent < bytes; ) {
      const piece = Buffer.from(block.subarray(0, Math.min(block.length, bytes - sent)))
      if (piece.length >= 8) piece.writeBigUInt64LE(BigInt(sent))
      hash.update(piece)
      sent += piece.length
      yield piece
    }
  }
  return { stream: Readable.from(blocks(), { objectMode: false }), hash: () => hash.digest('hex') }
}
