import { headerBytes } from './layout.ts'

/** Makes SHA-256 of bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/**
 * What a hash makes of everything behind a table's header; SHA-256 of it is its name.
 *
 * @param sha256 the runtime's own, which answers at once or promises to
 */
export function contentHash<Hash>(table: Uint8Array, sha256: (bytes: Uint8Array) => Hash): Hash {
  return sha256(table.subarray(headerBytes))
}

/** Bytes as lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** The bytes that hexadecimal digits, two each, stand for. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  )
}
