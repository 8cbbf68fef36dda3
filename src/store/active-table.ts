import { openTable, RefusedTableError, type TableView } from '../fib/view.ts'

/** What became of new table bytes. */
export type Activation =
  | { readonly kind: 'activated'; readonly version: string }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Which table serves. It never changes under a request: who asks for `current` once and keeps it is served whole by
 * one version. A table that cannot be opened is refused, and the last good one keeps serving.
 */
export class ActiveTable {
  #current: TableView

  /** @throws RefusedTableError where even the first table cannot be opened */
  constructor(first: Uint8Array | ArrayBuffer) {
    this.#current = openTable(first)
  }

  get current(): TableView {
    return this.#current
  }

  /**
   * Takes a table that comes from elsewhere over, once its content is what its name says.
   *
   * @param version what the content hashes to: the caller has made sure of it
   */
  activate(bytes: Uint8Array | ArrayBuffer, version: string): Activation {
    try {
      const table = openTable(bytes)
      if (version !== table.version) return { kind: 'refused', reason: 'the content hash is not the name of the table' }
      this.#current = table
      return { kind: 'activated', version: this.#current.version }
    } catch (error) {
      if (!(error instanceof RefusedTableError)) throw error
      return { kind: 'refused', reason: error.message }
    }
  }
}
