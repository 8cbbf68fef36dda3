import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ClientContext, ClientFact } from '../../../fib/request-head.ts'

/** What a connection tells of its client, by the names that rules know it by; see docs/client-context.md. */
export function clientFactsOf(socket: Socket | TLSSocket, asksForCertificate: boolean): ClientContext {
  const facts: Partial<Record<ClientFact, string>> = { protocol: 'HTTP/1.1' }
  const address = numericAddress(socket.remoteAddress)
  if (address !== undefined) facts.address = address
  if (!('getProtocol' in socket)) return facts
  const version = socket.getProtocol()
  if (version !== null) facts['tls-version'] = version
  // Deno calls a client authorized even where no certificate was requested.
  const fingerprint = asksForCertificate && socket.authorized ? socket.getPeerCertificate().fingerprint256 : undefined
  if (fingerprint !== undefined) {
    facts['cert-verified'] = 'true'
    facts['cert-sha256'] = fingerprint.replaceAll(':', '').toLowerCase()
  }
  return facts
}

/** An IPv4 client of a socket that takes both kinds comes as `::ffff:192.0.2.1`, and is `192.0.2.1`. */
function numericAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
