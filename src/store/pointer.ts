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

/** Of the author and the message, in UTF-16 code units. */
const longestWords = 1000

/** Far above what a pointer takes. */
export const maxPointerBytes = 64 * 1024

/** A pointer as it is kept, with what its signature covers. */
export type PointerReading =
  | { readonly kind: 'read'; readonly pointer: Pointer; readonly signed: Uint8Array; readonly signature?: Uint8Array }
  | { readonly kind: 'unusable'; readonly reason: string; readonly isLater?: boolean }

/** Signs bytes with the publisher's key. */
export type Sign = (bytes: Uint8Array) => Promise<Uint8Array>

const signatureMark = 'ed25519 '

/**
 * A pointer as its value in the store: a line of JSON and, where it is signed, a second line with the signature (Ed25519,
 * in hexadecimal digits) of the first line's bytes. The version is a content hash, so what is signed covers the table.
 */
export async function encodePointer(pointer: Pointer, sign?: Sign): Promise<Uint8Array> {
  const encoder = new TextEncoder()
  const { version, sequence, at, isForced, before } = pointer
  // Whole, they stand in the version's record.
  const [by, message] = [pointer.by.slice(0, longestWords), pointer.message.slice(0, longestWords)]
  const json = JSON.stringify({ format: 1, version, sequence, at, by, message, isForced, before })
  if (!sign) return encoder.encode(`${json}\n`)
  return encoder.encode(`${json}\n${signatureMark}${toHex(await sign(encoder.encode(json)))}\n`)
}

/** Reads the value of the pointer's key; nothing in it is trusted. */
export function decodePointer(value: Uint8Array): PointerReading {
  const end = value.indexOf(10)
  if (end < 0) return unusable('it has no line feed: it is cut off, or was not written by Signalbox')
  const signed = value.subarray(0, end)
  const fields = objectIn(textOf(signed))
  if (!fields) return unusable('it is not JSON')
  if (typeof fields.format === 'number' && fields.format > 1) {
    return { ...unusable('it was written by a later Signalbox'), isLater: true }
  }
  const pointer = pointerIn(fields)
  if (typeof pointer === 'string') return unusable(pointer)
  const rest = textOf(value.subarray(end + 1)).trimEnd()
  if (rest === '') return { kind: 'read', pointer, signed }
  const digits = rest.startsWith(signatureMark) ? rest.slice(signatureMark.length) : ''
  if (!/^[0-9a-f]{128}$/.test(digits)) return unusable('its second line is not a signature')
  return { kind: 'read', pointer, signed, signature: fromHex(digits) }
}

/** Beyond this there would be no room for the moves that follow. */
const largestSequence = 2 ** 52

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value <= largestSequence
}

/** Whether a text is the name of a version. */
export function isVersionName(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
}

function pointerIn(fields: Readonly<Record<string, unknown>>): Pointer | string {
  const { format, version, sequence, at, by, message, isForced, before } = fields
  if (format !== 1) return 'its format is unknown'
  if (!isVersionName(version)) return 'it does not name a version'
  if (!isSequence(sequence)) return 'it has no sequence number'
  if (!Array.isArray(before) || !before.every(isVersionName)) return 'its list of previous versions is malformed'
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return { version, sequence, at: text(at), by: text(by), message: text(message), isForced: isForced === true, before }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function unusable(reason: string): PointerReading & { readonly kind: 'unusable' } {
  return { kind: 'unusable', reason }
}
