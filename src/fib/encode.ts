import { sha256 as portableSha256 } from '@noble/hashes/sha2.js'
import { contentHash, type Sha256 } from './hash.ts'
import { formatVersion, header, headerBytes, magic, type RowSection, sectionNames } from './layout.ts'

/** What the compiler has made: the pool's bytes and the integers of every other section. */
export type TableParts = { readonly pool: Uint8Array } & { readonly [Section in RowSection]: Int32Array }

/**
 * One immutable table: header, section directory, sections, and the content hash over all that follows the header.
 *
 * @param sha256 the runtime's own, which is ten times as fast as the one that runs everywhere
 */
export function encodeTable(parts: TableParts, sha256: Sha256 = portableSha256): Uint8Array {
  const directoryBytes = sectionNames.length * 8
  let end = headerBytes + directoryBytes
  const places = sectionNames.map(name => {
    const offset = end
    end = alignToWord(offset + parts[name].byteLength)
    return { offset, bytes: parts[name].byteLength, part: parts[name] }
  })

  const table = new Uint8Array(end)
  const words = new DataView(table.buffer)
  const setWord = (at: number, value: number) => words.setInt32(at, value, true)
  setWord(header.magic * 4, magic)
  setWord(header.formatVersion * 4, formatVersion)
  setWord(header.lengthBytes * 4, end)
  setWord(header.sectionCount * 4, sectionNames.length)
  for (const [index, { offset, bytes, part }] of places.entries()) {
    setWord(headerBytes + index * 8, offset)
    setWord(headerBytes + index * 8 + 4, bytes)
    if (part instanceof Uint8Array) table.set(part, offset)
    else if (isLittleEndian) table.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset)
    else for (const [row, value] of part.entries()) setWord(offset + row * 4, value)
  }
  table.set(contentHash(table, sha256), header.hash * 4)
  return table
}

/** Whether integers lie in memory as they do in a table: wherever JavaScript runs nowadays. */
const isLittleEndian = new Uint8Array(Int32Array.of(1).buffer)[0] === 1

function alignToWord(offset: number): number {
  return (offset + 3) & ~3
}
