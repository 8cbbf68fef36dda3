import type { FollowSettings } from '../store/followed-table.ts'

/** The settings by which a gateway follows a store, as texts: `[vars]` in wrangler.toml, or the environment. */
export interface FollowTexts {
  /** Milliseconds between two looks at the store. */
  readonly SIGNALBOX_POLL_INTERVAL_MS?: string | undefined
  /** Milliseconds that the first request of all may wait for the store. */
  readonly SIGNALBOX_FIRST_WAIT_MS?: string | undefined
  /** Ed25519 public keys, PEM or its base64 alone, separated by commas: only what one of them signed is taken. */
  readonly SIGNALBOX_PUBLIC_KEY?: string | undefined
}

export interface FollowSetup {
  readonly settings: FollowSettings
  /** What is wrong with the texts, in words; what is left over is safe all the same. */
  readonly problems: readonly string[]
}

const defaults = { intervalMs: 15_000, firstWaitMs: 300 }

/** Reads the settings. A time that is wrong is the default; with a key that is wrong, nothing from the store is taken. */
export function followSettings(texts: FollowTexts): FollowSetup {
  const problems: string[] = []
  const time = (name: 'SIGNALBOX_POLL_INTERVAL_MS' | 'SIGNALBOX_FIRST_WAIT_MS', usual: number, bounds: Bounds) => {
    const text = texts[name]
    if (text === undefined || text === '') return usual
    const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
    if (value >= bounds.least && value <= bounds.most) return value
    problems.push(`${name} is a whole number from ${bounds.least} to ${bounds.most}, not "${text}"`)
    return usual
  }
  const intervalMs = time('SIGNALBOX_POLL_INTERVAL_MS', defaults.intervalMs, { least: 100, most: 3_600_000 })
  const firstWaitMs = time('SIGNALBOX_FIRST_WAIT_MS', defaults.firstWaitMs, { least: 0, most: 10_000 })
  const keys = publicKeysIn(texts.SIGNALBOX_PUBLIC_KEY)
  if (keys === 'unusable') {
    problems.push(
      'SIGNALBOX_PUBLIC_KEY is not an Ed25519 public key (openssl pkey -in KEY -pubout): no version is activated',
    )
  }
  const publicKeys = keys === 'unusable' ? [] : keys
  return { settings: { intervalMs, firstWaitMs, ...(publicKeys && { publicKeys }) }, problems }
}

interface Bounds {
  readonly least: number
  readonly most: number
}

/** What stands before the 32 bytes of every Ed25519 public key (RFC 8410 §4). */
const spkiPrefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]

function publicKeysIn(text: string | undefined): readonly Uint8Array[] | 'unusable' | undefined {
  // One that is set and empty is a secret that is missing, and must not open the door.
  if (text === undefined) return undefined
  const keys = text.split(',').map(each => keyIn(each))
  return keys.every(key => key !== undefined) ? keys : 'unusable'
}

function keyIn(text: string): Uint8Array | undefined {
  // In a file of settings, the line feeds of PEM may stand as they are written.
  const base64 = text.replaceAll('\\n', '').replace(/-----(?:BEGIN|END) PUBLIC KEY-----|\s/g, '')
  if (!/^[A-Za-z0-9+/]{59}=$/.test(base64)) return undefined
  const key = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  return spkiPrefix.every((byte, at) => key[at] === byte) ? key : undefined
}
