import { toHex } from '../fib/hash.ts'
import { headerBytes } from '../fib/layout.ts'
import { openTable, RefusedTableError } from '../fib/view.ts'
import { decodePointer, maxPointerBytes, type Pointer, type PointerReading } from './pointer.ts'
import { keyOf, maxValueBytes, pointerKey, type VersionReader } from './version-store.ts'

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
  | { readonly kind: 'refused'; readonly version: string | undefined; readonly reason: string }

/**
 * Asks a store which version is active and, where the caller does not know that one, reads its table. What is given
 * back as a table is whole, is what its name says, can be opened here, and was signed where that is asked for.
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
  const value = await store.read(pointerKey, maxPointerBytes)
  if (value === undefined) return { kind: 'empty' }
  const reading = decodePointer(value)
  if (reading.kind === 'unusable') return refused(undefined, `the pointer is damaged: ${reading.reason}`)
  const { pointer } = reading
  if (publicKeys && !(await isSigned(reading, publicKeys, crypto))) {
    const fault = reading.signature ? 'is signed by a key that is not known here' : 'is not signed'
    return refused(pointer.version, `the pointer ${fault}`)
  }
  if (isKnown(pointer)) return { kind: 'known', pointer }
  const bytes = await store.read(keyOf('table', pointer.version), maxValueBytes)
  if (bytes === undefined) return refused(pointer.version, 'its table is not there, or not yet')
  const fault = (await faultOfTable(bytes, pointer.version, crypto)) ?? faultOfContent(bytes, pointer)
  return fault === undefined ? { kind: 'table', pointer, bytes } : refused(pointer.version, fault)
}

/** Why bytes are not the table of a version, or undefined: they are whole, can be opened, and are what its name says. */
export async function faultOfTable(
  bytes: Uint8Array,
  version: string,
  { sha256 }: Pick<VersionCrypto, 'sha256'>,
): Promise<string | undefined> {
  try {
    openTable(bytes)
  } catch (error) {
    if (error instanceof RefusedTableError) return error.message
    throw error
  }
  // The name in the header is only what the table calls itself.
  const hash = toHex(await sha256(bytes.subarray(headerBytes)))
  return hash === version ? undefined : `the content is not what the table is named by, but ${hash.slice(0, 12)}`
}

/** An edge that answers every request with 404 is hardly ever meant. */
function faultOfContent(bytes: Uint8Array, { isForced }: Pointer): string | undefined {
  return openTable(bytes).virtualHostCount === 0 && !isForced ? 'it has no host at all, and was not forced' : undefined
}

async function isSigned(
  { signature, signed }: PointerReading & { readonly kind: 'read' },
  publicKeys: readonly Uint8Array[],
  { verify }: VersionCrypto,
): Promise<boolean> {
  if (!signature) return false
  for (const key of publicKeys) if (await verify(key, signature, signed)) return true
  return false
}

function refused(version: string | undefined, reason: string): Newest {
  return { kind: 'refused', version, reason }
}
