import type { ListenerRow, none, VirtualHostRow } from './layout.ts'
import type { Scheme } from './request-head.ts'

/** The listener that a request enters, as the table has it, with its virtual host for the request. */
export interface ListenerMatch {
  readonly listener: ListenerRow
  /** `none` where a listener that the runtime has named has no virtual host for the request's host. */
  readonly virtualHost: VirtualHostRow | typeof none
}

/** What it is found by. */
export interface ListenerMatchKey {
  readonly host: string
  readonly port: number
  readonly scheme: Scheme
  readonly listener?: string | undefined
}

const slots = 64
// Longer than any name that DNS has: no honest client sends it twice.
const longestHost = 255

/**
 * The listeners that were found last, one for each of a few hosts: most requests of an isolate are for the same ones. A
 * client that asks for many hosts only makes others look theirs up again.
 */
export class ListenerMatchCache {
  readonly #keys: (ListenerMatchKey | undefined)[] = new Array(slots).fill(undefined)
  readonly #matches: (ListenerMatch | undefined)[] = new Array(slots).fill(undefined)

  /** The listener for a key, found by `find` unless it was before; undefined where there is none. */
  get(key: ListenerMatchKey, find: () => ListenerMatch | undefined): ListenerMatch | undefined {
    const { host } = key
    const slot = (host.length + host.charCodeAt(0) + host.charCodeAt(host.length >> 1) * 5) & (slots - 1)
    const known = this.#keys[slot]
    if (
      known !== undefined &&
      known.host === host &&
      known.port === key.port &&
      known.scheme === key.scheme &&
      known.listener === key.listener
    ) {
      return this.#matches[slot]
    }
    const match = find()
    if (host.length <= longestHost) {
      const { port, scheme, listener } = key
      this.#keys[slot] = { host, port, scheme, listener }
      this.#matches[slot] = match
    }
    return match
  }
}
