import { normalizeFingerprint } from '../../fib/client-certificate.ts'
import { type ListenerRow, listener, none } from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'

/**
 * Whether a listener admits a client: with a certificate that the runtime vouches for, and that is among those that
 * the listener names, if it names any; without one, unless the listener asks for it.
 */
export function admitsClient(table: TableView, row: ListenerRow, { client }: RequestHead): boolean {
  const { listeners } = table
  const at = row * listener.words
  if (client?.['cert-verified'] !== 'true') return listeners[at + listener.requiresCertificate] === 0
  const offset = listeners[at + listener.certificateHashes]!
  if (offset === none) return true
  const shown = normalizeFingerprint(client['cert-sha256'] ?? '')
  // All of one length, with something between them that none of them has: a part that is equal is one of them.
  return shown !== undefined && table.text(offset, listeners[at + listener.certificateHashesBytes]!).includes(shown)
}
