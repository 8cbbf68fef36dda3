import { write } from 'node:fs'

/** How much may wait for a reader that is slower than the requests, in characters. Beyond it lines are dropped. */
const waitingLimit = 4 * 1024 * 1024
/** How long lines are gathered: a write for each would cost a request more than all else that is done for it. */
const gatherMs = 10
/** What a line takes in memory beside its characters, and one that is not made yet beside what it holds; about. */
const lineOverhead = 50
const unmadeOverhead = 500
/** How much is written without waiting for more. */
const batchSize = 64 * 1024

/** What the log says about dropped lines. */
export function droppedLines(count: number): string {
  return `warning: ${count} lines of the access log were dropped: they were read too slowly`
}

/** Writes lines to a file descriptor, many at once, and never so that a slow reader would hold requests up. */
export class LineWriter {
  readonly #descriptor: number
  #waiting: (string | (() => string))[] = []
  /** About how much memory they take, in characters. */
  #waitingSize = 0
  #isWriting = false
  #isScheduled = false
  #isAbandoned = false
  #droppedCount = 0
  readonly #onDropped: (count: number) => void

  /** @param onDropped receives the number of dropped lines, once there is room again */
  constructor(descriptor: number, onDropped: (count: number) => void) {
    this.#descriptor = descriptor
    this.#onDropped = onDropped
  }

  line(text: string): void {
    this.#add(text, text.length + lineOverhead)
  }

  /**
   * A line that is made when it is written: many of them one after the other, with code and data in the processor's
   * caches, take less time than each between other work.
   *
   * @param make must not throw
   * @param heldSize how many characters of others it holds in memory until then: they count against what may wait
   */
  lineLater(make: () => string, heldSize: number): void {
    this.#add(make, heldSize + unmadeOverhead)
  }

  #add(line: string | (() => string), size: number): void {
    if (this.#waitingSize > waitingLimit) {
      this.#droppedCount++
      return
    }
    this.#waiting.push(line)
    this.#waitingSize += size
    this.#schedule()
  }

  /**
   * Resolves when everything has been handed to the system, or can no longer be. It is the end: what nobody has read
   * after `limitMs` is nobody's any more.
   */
  async flush(limitMs: number): Promise<void> {
    const end = performance.now() + limitMs
    while (this.#isWriting || this.#waiting.length > 0) {
      if (performance.now() > end) {
        this.#isAbandoned = true
        return
      }
      this.#write()
      await new Promise(resolve => setTimeout(resolve, gatherMs))
    }
  }

  #schedule(): void {
    if (this.#waitingSize > batchSize) this.#write()
    else if (!this.#isScheduled && this.#waiting.length > 0) {
      this.#isScheduled = true
      setTimeout(() => {
        this.#isScheduled = false
        this.#write()
      }, gatherMs)
    }
  }

  #write(): void {
    if (this.#isWriting || this.#waiting.length === 0) return
    let text = ''
    for (const line of this.#waiting) text += `${typeof line === 'string' ? line : line()}\n`
    const bytes = Buffer.from(text, 'utf8')
    this.#waiting = []
    this.#waitingSize = 0
    this.#isWriting = true
    this.#writeFrom(bytes)
  }

  #writeFrom(bytes: Buffer): void {
    if (this.#isAbandoned) {
      this.#done()
      return
    }
    write(this.#descriptor, bytes, (error, count) => {
      // A reader that has gone away wants no more of it; the requests go on.
      if (error && (error as NodeJS.ErrnoException).code !== 'EAGAIN') return this.#done()
      if (error) setTimeout(() => this.#writeFrom(bytes), 10)
      else if (count < bytes.length) this.#writeFrom(bytes.subarray(count))
      else this.#done()
    })
  }

  #done(): void {
    this.#isWriting = false
    if (this.#isAbandoned) return
    if (this.#droppedCount > 0) this.#onDropped(this.#droppedCount)
    this.#droppedCount = 0
    this.#schedule()
  }
}
