import { defaultLimits as gatewayLimits } from '../data-plane/proxy/gateway.ts'
import { longestTimerMs } from '../fib/timer.ts'
import type { FollowSettings } from '../store/followed-table.ts'

/** The settings that every gateway has; a gateway with sockets has `limits` as well. */
const gatewaySettings = [
  // Where health answers `ok`, on every host; `off` or empty switches it off.
  'SIGNALBOX_HEALTH_PATH',
  // Who shows it as a bearer token gets the state of the table from health; a secret.
  'SIGNALBOX_HEALTH_TOKEN',
  // `off` switches the access log off.
  'SIGNALBOX_ACCESS_LOG',
  // Milliseconds between two polls of the store.
  'SIGNALBOX_POLL_INTERVAL_MS',
  // Milliseconds that the first request of all may wait for the store.
  'SIGNALBOX_FIRST_WAIT_MS',
  // Ed25519 public keys, PEM or its base64 alone, separated by commas: only what one of them signed is activated.
  'SIGNALBOX_PUBLIC_KEY',
] as const

/** Settings as texts, each by its name: `[vars]` and secrets of wrangler.toml, or the environment. */
export type SettingTexts = { readonly [Name in GatewaySetting | LimitSetting]?: string | undefined }
type GatewaySetting = (typeof gatewaySettings)[number]
type LimitSetting = (typeof limits)[keyof Limits]['name']

/** What holds for every gateway. */
export interface Settings {
  readonly health: HealthSettings
  readonly isLogged: boolean
  /** What is wrong with the texts, in words; what is left over is safe all the same. */
  readonly problems: readonly string[]
}

export interface HealthSettings {
  /** The path that answers `ok` on every host; undefined switches it off. */
  readonly path: string | undefined
  /** A client that sends it as a bearer token gets the state of the table as well; undefined: none does. */
  readonly token: string | undefined
}

/** How a gateway follows a store. */
export interface FollowSetup {
  readonly settings: FollowSettings
  /** What is wrong with the texts, in words; what is left over is safe all the same. */
  readonly problems: readonly string[]
}

/** What clients and endpoints may take of a gateway with sockets. Times are in milliseconds; a time of 0 is no limit. */
export interface Limits {
  /** Of a request's or a response's head: its first line and its fields. More is 431, or a fault of the origin. */
  readonly headBytes: number
  /** Header lines of a head. More is 431, or a fault of the origin. */
  readonly headerLines: number
  /** From the first byte of a connection, or of a further request on it, to the end of the head. After it: 408. */
  readonly headTimeoutMs: number
  /** How long nothing may pass on a client's connection while a request is served. */
  readonly idleTimeoutMs: number
  /** How long a connection is kept for the next request, on both sides. */
  readonly keepAliveMs: number
  /** Until a connection to an endpoint stands, TLS included. */
  readonly connectTimeoutMs: number
  /** The most requests that may be upstream at the same time, mirrors included. Beyond it: 503. */
  readonly upstreamRequests: number
}

/** A setting that is a whole number: its variable, its default and its bounds. */
interface WholeNumber<Name extends string = keyof SettingTexts> {
  readonly name: Name
  readonly usual: number
  readonly least: number
  readonly most: number
}

const polling = {
  intervalMs: { name: 'SIGNALBOX_POLL_INTERVAL_MS', usual: 15_000, least: 100, most: 3_600_000 },
  firstWaitMs: { name: 'SIGNALBOX_FIRST_WAIT_MS', usual: 300, least: 0, most: 10_000 },
} as const satisfies Record<string, WholeNumber<GatewaySetting>>

// Of sizes and numbers as well, so that one bound is to be remembered.
const anyLimit = { least: 0, most: longestTimerMs }

/** The defaults are those of Envoy under Istio, but for the time for a head, where Envoy has none. */
const limits = {
  headBytes: { name: 'SIGNALBOX_HEAD_BYTES', usual: 60 * 1024, ...anyLimit },
  headerLines: { name: 'SIGNALBOX_HEADER_LINES', usual: 100, ...anyLimit },
  headTimeoutMs: { name: 'SIGNALBOX_HEAD_TIMEOUT_MS', usual: 10_000, ...anyLimit },
  idleTimeoutMs: { name: 'SIGNALBOX_IDLE_TIMEOUT_MS', usual: 300_000, ...anyLimit },
  keepAliveMs: { name: 'SIGNALBOX_KEEP_ALIVE_MS', usual: 60_000, ...anyLimit },
  connectTimeoutMs: { name: 'SIGNALBOX_CONNECT_TIMEOUT_MS', usual: 10_000, ...anyLimit },
  upstreamRequests: { name: 'SIGNALBOX_UPSTREAM_REQUESTS', usual: gatewayLimits.maxUpstreamRequests, ...anyLimit },
} as const satisfies Record<keyof Limits, WholeNumber<string>>

/** Where health answers unless a setting says otherwise. */
export const defaultHealthPath = '/.signalbox/health'

/** Reads what holds for every gateway. A health path that is none is off, and an unknown word leaves the log on. */
export function readSettings(texts: SettingTexts): Settings {
  const { SIGNALBOX_HEALTH_PATH: path, SIGNALBOX_HEALTH_TOKEN: token, SIGNALBOX_ACCESS_LOG: log = '' } = texts
  const problems: string[] = []
  const isOff = path === 'off' || path === ''
  const isPath = path === undefined || /^\/[^?#]*$/.test(path)
  if (!isOff && !isPath) {
    problems.push(`SIGNALBOX_HEALTH_PATH is a path like ${defaultHealthPath}, or off, not "${path}": health is off`)
  }
  if (!['', 'on', 'off'].includes(log)) {
    problems.push(`SIGNALBOX_ACCESS_LOG is on or off, not "${log}": the access log is on`)
  }
  return {
    health: {
      path: isPath && !isOff ? asSent(path ?? defaultHealthPath) : undefined,
      token: token === '' ? undefined : token,
    },
    isLogged: log !== 'off',
    problems,
  }
}

/** A path as clients send it: with an escape for each byte that no target has. */
function asSent(path: string): string {
  return path.replace(/[^!-~]+/gu, encodeURIComponent)
}

/** Reads how a store is followed. A time that is wrong is the default; with a key that is wrong, no version is activated. */
export function readFollowSettings(texts: SettingTexts): FollowSetup {
  const problems: string[] = []
  const report = (problem: string) => void problems.push(problem)
  const keys = publicKeysIn(texts.SIGNALBOX_PUBLIC_KEY)
  const intervalMs = readWholeNumber(texts, polling.intervalMs, report)
  const firstWaitMs = readWholeNumber(texts, polling.firstWaitMs, report)
  if (keys === 'unusable') {
    report('SIGNALBOX_PUBLIC_KEY is not an Ed25519 public key (openssl pkey -in KEY -pubout): no version is activated')
  }
  const publicKeys = keys === 'unusable' ? [] : keys
  return { settings: { intervalMs, firstWaitMs, ...(publicKeys && { publicKeys }) }, problems }
}

/**
 * Reads the limits of a gateway with sockets.
 *
 * @throws Error that names the variable whose value is not a whole number within its bounds
 */
export function readLimits(texts: SettingTexts): Limits {
  const refuse = (problem: string): never => {
    throw new Error(problem)
  }
  const entries = Object.entries(limits).map(([limit, row]) => [limit, readWholeNumber(texts, row, refuse)])
  return Object.fromEntries(entries) as Limits
}

/** The lines by which a gateway logs what is wrong with its settings. */
export function problemLines({ problems }: Settings): readonly string[] {
  return problems.map(problem => JSON.stringify({ event: 'setting_wrong', problem }))
}

/** The settings that a process hands on to a gateway that it starts, where they are set. */
export function handedOnSettings(env: SettingTexts): Readonly<Record<string, string>> {
  return Object.fromEntries(gatewaySettings.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])))
}

/** The default where it is unset, or where it is wrong and `report` returns. */
function readWholeNumber(
  texts: SettingTexts,
  { name, usual, least, most }: WholeNumber,
  report: (problem: string) => void,
): number {
  const text = texts[name]
  if (text === undefined || text === '') return usual
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  report(`${name} is a whole number from ${least} to ${most}, not "${text}"`)
  return usual
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
