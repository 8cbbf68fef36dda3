import { type ListenerRow, listener, none, protocolNumber } from './layout.ts'
import type { Scheme } from './request-head.ts'
import { listenerName, openTable } from './view.ts'

/** A listener as the table has it. */
export interface ListenerFacts {
  /** `http.80`, `https.443.<…>`, or `default`. */
  readonly name: string
  /** Undefined on the default listener: the table leaves its port to whoever serves it. */
  readonly port: number | undefined
  readonly protocol: Scheme
}

/** The listeners of a table, in its order: by port, the default listener last. */
export function readListeners(bytes: Uint8Array): readonly ListenerFacts[] {
  const table = openTable(bytes)
  return Array.from({ length: table.listenerCount }, (_, row) => {
    const at = row * listener.words
    const port = table.listeners[at + listener.port]!
    const isHttps = table.listeners[at + listener.protocol] === protocolNumber.https
    return {
      name: listenerName(table, row as ListenerRow),
      port: port === none ? undefined : port,
      protocol: isHttps ? 'https' : 'http',
    }
  })
}
