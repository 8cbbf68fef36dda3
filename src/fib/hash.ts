import { sha256 as portableSha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { headerBytes } from './layout.ts'

/** Makes SHA-256 of bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/**
 * SHA-256 of everything behind a table's header: its name.
 *
 * @param sha256 the runtime's own, where it can be asked at once: it is ten times as fast as the one that runs everywhere
 */
export function contentHash(table: Uint8Array, sha256: Sha256 = portableSha256): Uint8Array {
  return sha256(table.subarray(headerBytes))
}

/** SHA-256 of a text. */
export function hashOf(text: string, sha256: Sha256 = portableSha256): Uint8Array {
  return sha256(new TextEncoder().encode(text))
}

/** Bytes as lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** The bytes that hexadecimal digits, two each, stand for. */
export function fromHex(digits: string): Uint8Array {
  return hexToBytes(digits)
}
