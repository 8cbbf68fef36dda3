/** A timer that waits in a list, between its neighbours. */
interface Waiting {
  readonly atMs: number
  readonly onElapsed: () => void
  before: Waiting | undefined
  after: Waiting | undefined
}

interface TimerList {
  first: Waiting | undefined
  last: Waiting | undefined
  /** Whether a timer of the runtime is under way for it. */
  isArmed: boolean
}

/**
 * Timers, of which those of one duration stand in one list, in the order in which they elapse: the runtime has a timer for
 * each list, and nearly all that are started are stopped before it looks. Node does the same inside; on Deno, with those of
 * the server's connections (`close-kept.ts`), timers took 8 % of a request's CPU time (V8's profiler).
 */
export class TimerLists {
  readonly #lists = new Map<number, TimerList>()

  /** Calls back once after `durationMs`, unless what is returned is called before. */
  start(durationMs: number, onElapsed: () => void): () => void {
    let list = this.#lists.get(durationMs)
    if (!list) {
      list = { first: undefined, last: undefined, isArmed: false }
      this.#lists.set(durationMs, list)
    }
    const timer: Waiting = { atMs: performance.now() + durationMs, onElapsed, before: list.last, after: undefined }
    if (list.last) list.last.after = timer
    else list.first = timer
    list.last = timer
    if (!list.isArmed) this.#arm(list, durationMs, durationMs)
    return () => remove(list, timer)
  }

  #arm(list: TimerList, durationMs: number, waitMs: number): void {
    list.isArmed = true
    setTimeout(() => this.#look(list, durationMs), waitMs)
  }

  #look(list: TimerList, durationMs: number): void {
    list.isArmed = false
    const nowMs = performance.now()
    try {
      for (let timer = list.first; timer && timer.atMs <= nowMs; timer = list.first) {
        remove(list, timer)
        timer.onElapsed()
      }
    } finally {
      // What a callback has started may have armed it.
      if (!list.first) this.#lists.delete(durationMs)
      else if (!list.isArmed) this.#arm(list, durationMs, list.first.atMs - nowMs)
    }
  }
}

/** Takes a timer out of its list; one that is out already is left. */
function remove(list: TimerList, timer: Waiting): void {
  const { before, after } = timer
  if (!before && list.first !== timer) return
  if (before) before.after = after
  else list.first = after
  if (after) after.before = before
  else list.last = before
  timer.before = undefined
  timer.after = undefined
}
