import type { ValueTemplate } from './value-template.ts'

/**
 * One block of changes to the headers of a request or a response: removals first, then the values in order. Values
 * are worked out from the headers as the removals left them, so none sees what another one puts.
 */
export interface HeaderChanges {
  /** Names in lower case. */
  readonly remove: readonly string[]
  readonly put: readonly HeaderPut[]
}

export interface HeaderPut {
  /** In lower case. */
  readonly name: string
  /** Where it comes out empty, nothing is put, and what is there stays. */
  readonly value: ValueTemplate
  /** Adds a line beside those that are there, instead of replacing them. */
  readonly appends: boolean
}

/** The blocks of a route, in the order in which they are applied. */
export interface RouteHeaderChanges {
  readonly request: readonly HeaderChanges[]
  readonly response: readonly HeaderChanges[]
}
