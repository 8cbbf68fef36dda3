import { createHash } from 'node:crypto'
import { contentHash, toHex } from '../../src/fib/hash.ts'

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** What a table's content says its name is. */
export const contentVersion = (table: Uint8Array): string => toHex(contentHash(table, sha256))
