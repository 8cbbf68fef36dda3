import { type ClientCertificateGuard, type Guard, normalizeFingerprint } from '../../fib/guard.ts'
import { type ListenerRow, listener, none } from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'

/** The first guard of a listener that does not admit the client; undefined where all do, as where it has none. */
export function refusingGuard(table: TableView, row: ListenerRow, head: RequestHead): Guard | undefined {
  if (table.listeners[row * listener.words + listener.guards] === none) return undefined
  return table.guardsOf(row).find(guard => !admits(guard, head))
}

function admits(guard: Guard, head: RequestHead): boolean {
  switch (guard.kind) {
    case 'client-certificate':
      return admitsCertificate(guard, head)
    default:
      guard.kind satisfies never
      // In a damaged table: what cannot be read must not let anybody through.
      return false
  }
}

/**
 * Whether a client is admitted: with a certificate that the runtime vouches for, and that is among those that are named,
 * if any are; without one, unless it is required.
 */
function admitsCertificate({ isRequired, hashes }: ClientCertificateGuard, { client }: RequestHead): boolean {
  if (client?.['cert-verified'] !== 'true') return isRequired === false
  if (hashes === undefined) return true
  const shown = normalizeFingerprint(client['cert-sha256'] ?? '')
  return shown !== undefined && hashes.includes(shown)
}
