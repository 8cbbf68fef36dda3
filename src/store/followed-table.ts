import type { TableView } from '../fib/view.ts'
import type { ActiveTable } from './active-table.ts'
import { lookUpNewest, type Newest, type Refusal, type VersionCrypto } from './look-up-newest.ts'
import type { Pointer } from './pointer.ts'
import type { VersionReader } from './version-store.ts'

/** What following a store needs of the outside. */
export interface FollowPlatform extends VersionCrypto {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back after a time; the function that is returned takes that back. */
  startTimer(durationMs: number, onElapsed: () => void): () => void
}

export interface FollowSettings {
  /** The store is polled at most once in this time. */
  readonly intervalMs: number
  /** How long the first request of all may wait for the store; 0: it does not. */
  readonly firstWaitMs: number
  /** Whose signatures are taken (SPKI, DER). Absent: unsigned versions are taken, too. Empty: none is. */
  readonly publicKeys?: readonly Uint8Array[]
}

/** What happened to the table, for logs; a state that lasts is logged once. */
export type TableEvent =
  | { readonly kind: 'activated'; readonly version: string; readonly before: string }
  | { readonly kind: 'refused'; readonly version: string | undefined; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The store says again what is served already. */
  | { readonly kind: 'recovered'; readonly version: string }

/** How a gateway stands to its store. */
export interface FollowStatus {
  /** The table that serves, and where it came from. */
  readonly version: string
  readonly source: 'bundle' | 'store'
  /**
   * What the store said last: nothing so far; what is served now; that nothing is published; what was refused; or it
   * could not be reached. Whatever it is, the last good table serves.
   */
  readonly store: 'never_polled' | 'followed' | 'empty' | 'refused' | 'unreachable'
  /** Why, where `store` is `refused` or `unreachable`. */
  readonly reason: string | undefined
  /** When the store last answered, milliseconds since 1970. */
  readonly answeredMs: number | undefined
  /** How often the store was polled, and with which results, since the start. */
  readonly counts: Readonly<Record<'polls' | 'activated' | 'refused' | 'unreachable', number>>
}

/** A table that was read and refused, and is not to be read again for a while. */
interface Postponed {
  readonly version: string
  readonly reason: string
  readonly sinceMs: number
  readonly waitMs: number
}

/** A poll that takes longer is given up: Workers ends what goes on behind a request after 30 s. */
const stuckMs = 30_000

/** What was refused is read again after one interval, then after two, four, …, at most after this time. */
const longestRetryMs = 60_000

/**
 * Keeps the active table to what a store says, behind the requests: each is served by the table that is there while the
 * store is asked. Nothing that a store says, or fails to say, stops the last good table from serving.
 */
export class FollowedTable {
  readonly #active: ActiveTable
  readonly #store: VersionReader
  readonly #platform: FollowPlatform
  readonly #settings: FollowSettings
  readonly #report: (event: TableEvent) => void
  #status: Omit<FollowStatus, 'version' | 'counts'>
  readonly #counts = { polls: 0, activated: 0, refused: 0, unreachable: 0 }
  /** When the last look began; absent before the first. */
  #startedMs: number | undefined
  #isLooking = false
  #sequence = Number.NEGATIVE_INFINITY
  #postponed: Postponed | undefined

  /** @param report receives what to log */
  constructor(
    active: ActiveTable,
    store: VersionReader,
    platform: FollowPlatform,
    settings: FollowSettings,
    report: (event: TableEvent) => void,
  ) {
    this.#active = active
    this.#store = store
    this.#platform = platform
    this.#settings = settings
    this.#report = report
    this.#status = { source: 'bundle', store: 'never_polled', reason: undefined, answeredMs: undefined }
  }

  get status(): FollowStatus {
    return { ...this.#status, version: this.#active.current.version, counts: { ...this.#counts } }
  }

  /**
   * The table that serves a request, which asks the store where it is time to. Only the first request of all waits for
   * the answer, and not longer than the settings allow.
   *
   * @param keepAlive keeps what goes on behind the request from being ended with it
   */
  forRequest(keepAlive: (work: Promise<void>) => void): TableView | Promise<TableView> {
    const nowMs = this.#platform.now()
    if (!this.#isDue(nowMs)) return this.#active.current
    const isFirst = this.#startedMs === undefined
    const look = this.look()
    keepAlive(look)
    return isFirst && this.#settings.firstWaitMs > 0 ? this.#afterFirst(look) : this.#active.current
  }

  /** Asks the store once, at once. Never rejects. */
  async look(): Promise<void> {
    // Told here, since no timer is sure to fire behind a request.
    if (this.#isLooking) this.#miss(`no response within ${stuckMs / 1000} s`)
    const turn = ++this.#counts.polls
    this.#startedMs = this.#platform.now()
    this.#isLooking = true
    let conclude: () => void
    try {
      const { publicKeys } = this.#settings
      const newest = await lookUpNewest(this.#store, this.#platform, publicKeys, pointer => this.#isKnown(pointer))
      conclude = () => this.#heed(newest)
    } catch (error) {
      conclude = () => this.#miss(error instanceof Error ? error.message : String(error))
    }
    // One that was given up must not undo what a later one did.
    if (turn !== this.#counts.polls) return
    this.#isLooking = false
    conclude()
  }

  #isDue(nowMs: number): boolean {
    if (this.#startedMs === undefined) return true
    const { intervalMs } = this.#settings
    return hasPassed(this.#startedMs, nowMs, this.#isLooking ? Math.max(stuckMs, intervalMs) : intervalMs)
  }

  /** The table once a look has ended, or the time that it may take is over. */
  #afterFirst(look: Promise<void>): Promise<TableView> {
    return new Promise(resolve => {
      const serve = () => resolve(this.#active.current)
      const stop = this.#platform.startTimer(this.#settings.firstWaitMs, serve)
      look.then(() => {
        stop()
        serve()
      })
    })
  }

  #isKnown({ version, sequence }: Pointer): boolean {
    if (sequence < this.#sequence || version === this.#active.current.version) return true
    const postponed = this.#postponed
    return postponed?.version === version && !hasPassed(postponed.sinceMs, this.#platform.now(), postponed.waitMs)
  }

  #heed(newest: Newest): void {
    this.#status = { ...this.#status, answeredMs: this.#platform.now() }
    switch (newest.kind) {
      case 'empty':
        // A pointer that is gone is no wish to serve something else.
        if (this.#status.source === 'store') this.#refuse({ kind: 'refused', reason: 'the pointer is gone' })
        else this.#become({ ...this.#status, store: 'empty', reason: undefined })
        break
      case 'known':
        this.#heedKnown(newest.pointer)
        break
      case 'refused':
        if (newest.wasRead && newest.pointer) this.#postpone(newest.pointer, newest.reason)
        this.#refuse(newest)
        break
      case 'table':
        this.#activate(newest.pointer, newest.bytes)
        break
      default:
        newest satisfies never
    }
  }

  #heedKnown(pointer: Pointer): void {
    const isServed = pointer.version === this.#active.current.version
    if (isServed) {
      // An older pointer to it is a place that is behind, and no fault.
      this.#sequence = Math.max(this.#sequence, pointer.sequence)
      this.#postponed = undefined
      this.#become({ ...this.#status, source: 'store', store: 'followed', reason: undefined })
    } else if (pointer.sequence < this.#sequence) {
      this.#refuse({ kind: 'refused', pointer, reason: 'the pointer is older than the active one' })
    } else {
      this.#refuse({ kind: 'refused', pointer, reason: this.#postponed!.reason })
    }
  }

  #activate(pointer: Pointer, bytes: Uint8Array): void {
    const before = this.#active.current.version
    const activation = this.#active.activate(bytes, pointer.version)
    if (activation.kind === 'refused') {
      this.#refuse({ kind: 'refused', pointer, reason: activation.reason })
      return
    }
    this.#sequence = pointer.sequence
    this.#postponed = undefined
    this.#counts.activated++
    this.#status = { ...this.#status, source: 'store', store: 'followed', reason: undefined }
    this.#report({ kind: 'activated', version: pointer.version, before })
  }

  #refuse({ pointer, reason }: Refusal): void {
    this.#counts.refused++
    const isNews = this.#status.store !== 'refused' || this.#status.reason !== reason
    this.#status = { ...this.#status, store: 'refused', reason }
    if (isNews) this.#report({ kind: 'refused', version: pointer?.version, reason })
  }

  /** A large table that is bad is not read again at every look. */
  #postpone({ version }: Pointer, reason: string): void {
    const beforeMs = this.#postponed?.version === version ? this.#postponed.waitMs : 0
    const waitMs = Math.min(Math.max(beforeMs * 2, this.#settings.intervalMs), longestRetryMs)
    this.#postponed = { version, reason, waitMs, sinceMs: this.#startedMs ?? 0 }
  }

  #miss(reason: string): void {
    this.#counts.unreachable++
    const isNews = this.#status.store !== 'unreachable'
    this.#status = { ...this.#status, store: 'unreachable', reason }
    if (isNews) this.#report({ kind: 'unreachable', reason })
  }

  /** A good state; that it came after a bad one is news. */
  #become(status: Omit<FollowStatus, 'version' | 'counts'>): void {
    const wasBad = this.#status.store === 'refused' || this.#status.store === 'unreachable'
    this.#status = status
    if (wasBad) this.#report({ kind: 'recovered', version: this.#active.current.version })
  }
}

/** Whether a time has passed, by a clock that may be set back: then it has, when it is further back than that time. */
function hasPassed(sinceMs: number, nowMs: number, durationMs: number): boolean {
  return Math.abs(nowMs - sinceMs) >= durationMs
}
