import type { HeaderFields } from '../../data-plane/platform.ts'
import type { HeaderLines } from '../../fib/request-head.ts'

const noValues: readonly string[] = []
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is where Latin-1 begins.
const beyondLatin1 = /[^\u0000-\u00ff]/

/**
 * Header lines in the flat form in which `node:http` reads and writes them: `[name, value, name, value, …]`. Order and
 * repetition stay as they were; names are in lower case, as Envoy sends them.
 */
export class RawHeaders implements HeaderFields, HeaderLines {
  /** The lines themselves; who writes them to a socket reads them from here. */
  readonly flat: string[]

  /** @param flat taken over, not copied; names in lower case */
  constructor(flat: string[] = []) {
    this.flat = flat
  }

  /** The lines of a message as they arrived, with names in any letter case. */
  static received(rawHeaders: readonly string[]): RawHeaders {
    const flat = rawHeaders.slice()
    for (let at = 0; at < flat.length; at += 2) flat[at] = flat[at]!.toLowerCase()
    return new RawHeaders(flat)
  }

  get(name: string): string | null {
    const { flat } = this
    const key = name.toLowerCase()
    let joined: string | null = null
    for (let at = 0; at < flat.length; at += 2) {
      if (flat[at] === key) joined = joined === null ? flat[at + 1]! : `${joined}, ${flat[at + 1]}`
    }
    return joined
  }

  has(name: string): boolean {
    const { flat } = this
    const key = name.toLowerCase()
    for (let at = 0; at < flat.length; at += 2) if (flat[at] === key) return true
    return false
  }

  set(name: string, value: string): void {
    const { flat } = this
    const key = name.toLowerCase()
    for (let at = 0; at < flat.length; at += 2) {
      if (flat[at] !== key) continue
      flat[at + 1] = asBytes(value)
      this.#removeFrom(at + 2, key)
      return
    }
    flat.push(key, asBytes(value))
  }

  append(name: string, value: string): void {
    this.flat.push(name.toLowerCase(), asBytes(value))
  }

  delete(name: string): void {
    this.#removeFrom(0, name.toLowerCase())
  }

  keys(): readonly string[] {
    const { flat } = this
    const names: string[] = []
    for (let at = 0; at < flat.length; at += 2) names.push(flat[at]!)
    return names
  }

  /** Each line by itself, as Envoy tests them. */
  valuesOf(name: string): readonly string[] {
    const { flat } = this
    let values: string[] | undefined
    for (let at = 0; at < flat.length; at += 2) {
      if (flat[at] !== name) continue
      if (values === undefined) values = [flat[at + 1]!]
      else values.push(flat[at + 1]!)
    }
    return values ?? noValues
  }

  /** A copy without the lines for whose name `isLeftOut` holds. */
  copyWithout(isLeftOut: (name: string) => boolean): RawHeaders {
    const { flat } = this
    const copy: string[] = []
    for (let at = 0; at < flat.length; at += 2) if (!isLeftOut(flat[at]!)) copy.push(flat[at]!, flat[at + 1]!)
    return new RawHeaders(copy)
  }

  #removeFrom(start: number, key: string): void {
    const { flat } = this
    let end = start
    for (let at = start; at < flat.length; at += 2) {
      if (flat[at] === key) continue
      flat[end] = flat[at]!
      flat[end + 1] = flat[at + 1]!
      end += 2
    }
    flat.length = end
  }
}

/**
 * A value as `node:http` writes it: one character a byte. What arrived is that already; what a rule says in other
 * scripts goes as UTF-8.
 */
function asBytes(value: string): string {
  return beyondLatin1.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value
}
