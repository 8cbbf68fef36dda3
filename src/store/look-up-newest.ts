import { contentHash, toHex } from '../fib/hash.ts'
import { openTable, RefusedTableError } from '../fib/view.ts'
import type { Pointer, PointerReading } from './pointer.ts'
import { readPointer } from './read-pointer.ts'
import { keyOf, maxValueBytes, type VersionReader } from './version-store.ts'

/** The cryptography that judging a version takes; each runtime has it. */
export interface VersionCrypto {
  /** Off the thread that serves, where the runtime can. */
  sha256(bytes: Uint8Array): Promise<Uint8Array>
  /** Whether an Ed25519 signature of some bytes is that of a public key (SPKI, DER). */
  verify(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>
}

/** What a store says is newest, judged. */
export type Newest =
  /** Nothing was ever published. */
  | { readonly kind: 'empty' }
  /** The caller has it, or has refused it a moment ago. */
  | { readonly kind: 'known'; readonly pointer: Pointer }
  | { readonly kind: 'table'; readonly pointer: Pointer; readonly bytes: Uint8Array }
  | Refusal

/** Why what a store says is not served. */
export interface Refusal {
  readonly kind: 'refused'
  readonly reason: string
  /** Absent where there is no telling what it points at. */
  readonly pointer?: Pointer
  /** The table was read for it: that is not to be done at every look. */
  readonly wasRead?: true
}

/**
 * Asks a store which version is active and, where the caller does not know that one, reads its table. What is given
 * back as a table is whole, is what its name says, can be opened here, and was signed where signatures are required.
 *
 * @param publicKeys whose signatures are taken; absent: unsigned versions are taken, too; empty: none is
 * @throws whatever the store throws
 */
export async function lookUpNewest(
  store: VersionReader,
  crypto: VersionCrypto,
  publicKeys: readonly Uint8Array[] | undefined,
  isKnown: (pointer: Pointer) => boolean,
): Promise<Newest> {
  const reading = await readPointer(store)
  if (reading.kind === 'none') return { kind: 'empty' }
  if (reading.kind === 'unusable') return { kind: 'refused', reason: `the pointer is damaged: ${reading.reason}` }
  const { pointer } = reading
  if (publicKeys && !(await isSigned(reading, publicKeys, crypto))) {
    const fault = reading.signature ? 'is signed by a key that is not known here' : 'is not signed'
    return { kind: 'refused', pointer, reason: `the pointer ${fault}` }
  }
  if (isKnown(pointer)) return { kind: 'known', pointer }
  const bytes = await store.read(keyOf('table', pointer.version), maxValueBytes)
  if (bytes === undefined)
    return { kind: 'refused', pointer, reason: 'its table is missing, or not there yet', wasRead: true }
  const fault = (await faultOfTable(bytes, pointer.version, crypto)) ?? faultOfContent(bytes, pointer)
  return fault === undefined
    ? { kind: 'table', pointer, bytes }
    : { kind: 'refused', pointer, reason: fault, wasRead: true }
}

/** Why bytes are not the table of a version, or undefined: they are whole, can be opened, and are what its name says. */
export async function faultOfTable(
  bytes: Uint8Array,
  version: string,
  { sha256 }: Pick<VersionCrypto, 'sha256'>,
): Promise<string | undefined> {
  try {
    if (openTable(bytes).version !== version) return 'its header names another version'
  } catch (error) {
    if (error instanceof RefusedTableError) return error.message
    throw error
  }
  // The name in the header is only what the table calls itself.
  const hash = toHex(await contentHash(bytes, sha256))
  return hash === version ? undefined : `the content hash is not the name of the table, but ${hash.slice(0, 12)}`
}

/** An edge that answers every request with 404 is hardly ever meant. */
function faultOfContent(bytes: Uint8Array, { isForced }: Pointer): string | undefined {
  return openTable(bytes).virtualHostCount === 0 && !isForced ? 'it has no host at all, and was not forced' : undefined
}

/** Whether one of some keys has signed a pointer. */
export async function isSigned(
  { signature, signed }: Pick<PointerReading & { readonly kind: 'read' }, 'signature' | 'signed'>,
  publicKeys: readonly Uint8Array[],
  { verify }: Pick<VersionCrypto, 'verify'>,
): Promise<boolean> {
  if (!signature) return false
  for (const key of publicKeys) if (await verify(key, signature, signed)) return true
  return false
}
