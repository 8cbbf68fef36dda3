/** One thing that is not as it was recorded. */
export interface Mismatch {
  readonly what: string
  /** undefined: nothing should be there. */
  readonly expected: unknown
  readonly got: unknown
}

/** Collects what is not as it was recorded. */
export class Mismatches {
  readonly all: Mismatch[] = []

  add(what: string, expected: unknown, got: unknown, isRight: boolean): void {
    if (!isRight) this.all.push({ what, expected, got })
  }

  equal(what: string, expected: unknown, got: unknown): void {
    this.add(what, expected, got, expected === got)
  }
}
