import { objectIn } from './object-in.ts'
import { isVersionName } from './pointer.ts'

/** What is kept of a version beside its table: written once, before the table, and never changed. */
export interface VersionRecord {
  /** The content hash of the table, 64 hexadecimal digits. */
  readonly version: string
  /** The version that was active when this one was published first. */
  readonly parent?: string
  readonly author: string
  readonly message: string
  /** When it was published first, ISO 8601. */
  readonly at: string
  /** Of the table, with its format version. */
  readonly bytes: number
  readonly formatVersion: number
  readonly virtualHosts: number
  readonly routes: number
}

/** Far above what a record takes: messages are bounded. */
export const maxRecordBytes = 64 * 1024

/** Longer messages and names of authors are cut where they are taken in. */
export const longestText = 10_000

/** A record as its value in the store: a line of JSON. */
export function encodeRecord(record: VersionRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ format: 1, ...record })}\n`)
}

/** Reads the value of a record's key; undefined where it is none. */
export function decodeRecord(value: Uint8Array): VersionRecord | undefined {
  const fields = objectIn(new TextDecoder().decode(value))
  if (fields?.format !== 1 || !isVersionName(fields.version)) return undefined
  const { version, parent } = fields
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '')
  const number = (name: string) => (typeof fields[name] === 'number' ? fields[name] : 0)
  return {
    version,
    ...(isVersionName(parent) && { parent }),
    author: text('author'),
    message: text('message'),
    at: text('at'),
    bytes: number('bytes'),
    formatVersion: number('formatVersion'),
    virtualHosts: number('virtualHosts'),
    routes: number('routes'),
  }
}
