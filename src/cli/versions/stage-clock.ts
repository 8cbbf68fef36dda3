/** Tells how long each stage of a piece of work took. */
export class StageClock {
  readonly #now: () => number
  readonly #stages: string[] = []
  #since: number

  /** @param now milliseconds from any moment on */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#since = now()
  }

  /** The stage that was under way has ended. */
  ended(stage: string): void {
    const now = this.#now()
    this.#stages.push(`${stage} ${Math.round(now - this.#since)} ms`)
    this.#since = now
  }

  /** Time that is no stage, such as a person's, is over. */
  skip(): void {
    this.#since = this.#now()
  }

  /** `compiled 12 ms, uploaded 340 ms`. */
  toString(): string {
    return this.#stages.join(', ')
  }
}
