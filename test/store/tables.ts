import { compile } from '../../src/control-plane/compile/compile.ts'
import { openTable } from '../../src/fib/view.ts'

/** A table with one host for each name. */
export function tableOf(...hosts: string[]): Uint8Array {
  const virtualHosts = hosts.map(host => ({ name: host, domains: [host], routes: [] }))
  return compile({ listeners: [{ name: 'default', protocol: 'http', virtualHosts }], clusters: new Map() })
}

/** What a table is named by. */
export function versionOf(table: Uint8Array): string {
  return openTable(table).version
}

/** The same bytes but for one bit, in the first place where a text stands. */
export function withBitFlipped(table: Uint8Array, text: string): Uint8Array {
  const flipped = table.slice()
  const at = Buffer.from(table).indexOf(text)
  if (at < 0) throw new Error(`there is no ${text}`)
  flipped[at]! ^= 1
  return flipped
}
