import { fromHex, toHex } from '../fib/hash.ts'
import { objectIn } from './object-in.ts'

/** Which version is active, since when, by whom: the one thing in a store that changes. */
export interface Pointer {
  /** The content hash of the table, 64 hexadecimal digits. */
  readonly version: string
  /** Grows with every move: a gateway takes none that is older than the one it has. */
  readonly sequence: number
  /** When it was moved here, ISO 8601. */
  readonly at: string
  readonly by: string
  readonly message: string
  /** The operator has said that a table without any host is meant. */
  readonly isForced: boolean
  /** The versions that were active before and were not taken back, newest first: what a rollback goes to. */
  readonly before: readonly string[]
}

/** How many versions before the active one are remembered. */
export const rememberedVersions = 50

/** Far above what a pointer takes. */
export const maxPointerBytes = 64 * 1024

/** A pointer as it is kept, with what its signature covers. */
export type PointerReading =
  | { readonly kind: 'read'; readonly pointer: Pointer; readonly signed: Uint8Array; readonly signature?: Uint8Array }
  | { readonly kind: 'unusable'; readonly reason: string }

/** Signs bytes with the publisher's key. */
export type Sign = (bytes: Uint8Array) => Promise<Uint8Array>

const signatureMark = 'ed25519 '

/**
 * A pointer as its value in the store: a line of JSON and, where it is signed, a second line with the signature (Ed25519,
 * in hexadecimal digits) of the first line's bytes. The version is a content hash, so what is signed covers the table.
 */
export async function encodePointer(pointer: Pointer, sign?: Sign): Promise<Uint8Array> {
  const encoder = new TextEncoder()
  const { version, sequence, at, by, message, isForced, before } = pointer
  const json = JSON.stringify({ format: 1, version, sequence, at, by, message, isForced, before })
  if (!sign) return encoder.encode(`${json}\n`)
  return encoder.encode(`${json}\n${signatureMark}${toHex(await sign(encoder.encode(json)))}\n`)
}

/** Reads the value of the pointer's key; nothing in it is trusted. */
export function decodePointer(value: Uint8Array): PointerReading {
  const end = value.indexOf(10)
  if (end < 0) return unusable('it has no line feed: it is cut off, or was written by something else')
  const signed = value.subarray(0, end)
  const pointer = pointerIn(textOf(signed))
  if (typeof pointer === 'string') return unusable(pointer)
  const rest = textOf(value.subarray(end + 1)).trimEnd()
  if (rest === '') return { kind: 'read', pointer, signed }
  const digits = rest.startsWith(signatureMark) ? rest.slice(signatureMark.length) : ''
  if (!/^[0-9a-f]{128}$/.test(digits)) return unusable('its second line is not a signature')
  return { kind: 'read', pointer, signed, signature: fromHex(digits) }
}

/** Whether a text is the name of a version. */
export function isVersionName(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
}

function pointerIn(json: string): Pointer | string {
  const fields = objectIn(json)
  if (!fields) return 'it is not JSON'
  const { format, version, sequence, at, by, message, isForced, before } = fields
  if (format !== 1) return `its format is ${JSON.stringify(format)?.slice(0, 20)}, but 1 is what is read here`
  if (!isVersionName(version)) return 'it does not name a version'
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) return 'it has no sequence number'
  if (!Array.isArray(before) || !before.every(isVersionName)) return 'what was active before is not a list of versions'
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return { version, sequence, at: text(at), by: text(by), message: text(message), isForced: isForced === true, before }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function unusable(reason: string): PointerReading {
  return { kind: 'unusable', reason }
}
