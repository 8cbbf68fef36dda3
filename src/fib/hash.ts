import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { headerBytes } from './layout.ts'

/** SHA-256 of everything behind a table's header: its name. */
export function contentHash(table: Uint8Array): Uint8Array {
  return sha256(table.subarray(headerBytes))
}

/** Bytes as lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** The bytes that hexadecimal digits, two each, stand for. */
export function fromHex(digits: string): Uint8Array {
  return hexToBytes(digits)
}
