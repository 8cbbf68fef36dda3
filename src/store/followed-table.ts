import type { TableView } from '../fib/view.ts'
import type { ActiveTable } from './active-table.ts'
import { lookUpNewest, type Newest, type VersionCrypto } from './look-up-newest.ts'
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
  /** The store is asked at most once in this time. */
  readonly intervalMs: number
  /** How long the first request of all may wait for the store; 0: it does not. */
  readonly firstWaitMs: number
  /** Whose signatures are taken (SPKI, DER). Absent: unsigned versions are taken, too. Empty: none is. */
  readonly publicKeys?: readonly Uint8Array[]
}

/** What happened to the table, for logs; what goes on is told once. */
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
   * could not be asked. Whatever it is, the last good table serves.
   */
  readonly store: 'unasked' | 'followed' | 'empty' | 'refused' | 'unreachable'
  /** Why, where `store` is `refused` or `unreachable`. */
  readonly reason: string | undefined
  /** When the store last answered, milliseconds since 1970. */
  readonly answeredMs: number | undefined
  /** How often the store was asked, and what came of it, since the start. */
  readonly counts: Readonly<Record<'looks' | 'activated' | 'refused' | 'unreachable', number>>
}

/** A look that takes longer is given up: Workers ends what goes on behind a request after 30 s. */
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
  readonly #counts = { looks: 0, activated: 0, refused: 0, unreachable: 0 }
  /** When the last look began; absent before the first. */
  #startedMs: number | undefined
  #isLooking = false
  #sequence = Number.NEGATIVE_INFINITY
  #refused: { readonly version: string; readonly waitMs: number; readonly untilMs: number } | undefined

  /** @param report is told what should be logged */
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
    this.#status = { source: 'bundle', store: 'unasked', reason: undefined, answeredMs: undefined }
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
    const turn = ++this.#counts.looks
    this.#startedMs = this.#platform.now()
    this.#isLooking = true
    let newest: Newest | { readonly kind: 'unreachable'; readonly reason: string }
    try {
      const { publicKeys } = this.#settings
      newest = await lookUpNewest(this.#store, this.#platform, publicKeys, pointer => this.#isKnown(pointer))
    } catch (error) {
      newest = { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) }
    }
    // One that was given up must not undo what a later one did.
    if (turn !== this.#counts.looks) return
    this.#isLooking = false
    if (newest.kind === 'unreachable') this.#miss(newest.reason)
    else this.#heed(newest)
  }

  #isDue(nowMs: number): boolean {
    // A clock that was set back must not stop all looks until it has caught up.
    if (this.#startedMs === undefined || nowMs < this.#startedMs) return true
    const { intervalMs } = this.#settings
    return nowMs - this.#startedMs >= (this.#isLooking ? Math.max(stuckMs, intervalMs) : intervalMs)
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
    return this.#refused?.version === version && this.#platform.now() < this.#refused.untilMs
  }

  #heed(newest: Newest): void {
    this.#status = { ...this.#status, answeredMs: this.#platform.now() }
    switch (newest.kind) {
      case 'empty':
        // Also where a version was active: a pointer that is gone is no wish to serve something else.
        this.#become({ ...this.#status, store: 'empty', reason: undefined })
        break
      case 'known':
        this.#heedKnown(newest.pointer)
        break
      case 'refused':
        this.#postpone(newest.version)
        this.#refuse(newest.version, newest.reason)
        break
      case 'table':
        this.#activate(newest.pointer, newest.bytes)
        break
      default:
        newest satisfies never
    }
  }

  #heedKnown({ version, sequence }: Pointer): void {
    if (sequence < this.#sequence) {
      this.#refuse(version, 'the pointer is older than the one that is served by')
    } else if (version === this.#active.current.version) {
      this.#sequence = sequence
      this.#refused = undefined
      this.#become({ ...this.#status, source: 'store', store: 'followed', reason: undefined })
    }
    // Of what was refused a moment ago nothing new is known.
  }

  #activate(pointer: Pointer, bytes: Uint8Array): void {
    const before = this.#active.current.version
    const activation = this.#active.activate(bytes, pointer.version)
    if (activation.kind === 'refused') throw new Error(`a table that was judged good is refused: ${activation.reason}`)
    this.#sequence = pointer.sequence
    this.#refused = undefined
    this.#counts.activated++
    this.#status = { ...this.#status, source: 'store', store: 'followed', reason: undefined }
    this.#report({ kind: 'activated', version: pointer.version, before })
  }

  #refuse(version: string | undefined, reason: string): void {
    this.#counts.refused++
    const isNews = this.#status.store !== 'refused' || this.#status.reason !== reason
    this.#status = { ...this.#status, store: 'refused', reason }
    if (isNews) this.#report({ kind: 'refused', version, reason })
  }

  /** A large table that is bad is not read again at every look. */
  #postpone(version: string | undefined): void {
    if (version === undefined) return
    const beforeMs = this.#refused?.version === version ? this.#refused.waitMs : 0
    const waitMs = Math.min(Math.max(beforeMs * 2, this.#settings.intervalMs), longestRetryMs)
    this.#refused = { version, waitMs, untilMs: (this.#startedMs ?? 0) + waitMs }
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
