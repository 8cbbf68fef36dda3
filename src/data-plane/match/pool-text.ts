import type { TableView } from '../../fib/view.ts'

/**
 * Whether a text of the pool (UTF-8) is `text`. Compared byte by byte as long as both are ASCII, which nearly all are;
 * only what is not is decoded.
 */
export function isText(table: TableView, offset: number, bytes: number, text: string): boolean {
  // UTF-8 has a byte at least for each unit of UTF-16.
  if (text.length > bytes) return false
  const asciiLength = sharedAscii(table.pool, offset, bytes, text)
  if (asciiLength === text.length) return text.length === bytes
  return table.pool[offset + asciiLength]! >= 0x80 && table.text(offset, bytes) === text
}

/** Whether `text` starts with a text of the pool. */
export function startsWithText(table: TableView, offset: number, bytes: number, text: string): boolean {
  const asciiLength = sharedAscii(table.pool, offset, bytes, text)
  if (asciiLength === bytes) return true
  return table.pool[offset + asciiLength]! >= 0x80 && text.startsWith(table.text(offset, bytes))
}

/** How many units at the start of both are equal, and ASCII. */
function sharedAscii(pool: Uint8Array, offset: number, bytes: number, text: string): number {
  const limit = Math.min(bytes, text.length)
  let length = 0
  while (length < limit) {
    const code = text.charCodeAt(length)
    if (code >= 0x80 || pool[offset + length] !== code) break
    length++
  }
  return length
}
