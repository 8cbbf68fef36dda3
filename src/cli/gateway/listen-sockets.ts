import type { ListenerFacts } from '../../fib/listener-facts.ts'
import type { TlsTerms } from '../../runtimes/node-http/serve-config.ts'
import { findFreePort, probePort } from './probe-port.ts'
import { resolveAddress } from './resolve-address.ts'

/** A socket of the gateway: where it listens, and which listener of the table it stands for. */
export interface ListenerSocket {
  readonly listener: string
  readonly port: number
  /** Present for HTTPS. Such sockets may share a port. */
  readonly tls?: TlsTerms
}

/** Where the gateway listens: a socket for each listener that speaks plain HTTP, or has a certificate. */
export interface ListenSockets {
  /** A numeric address. */
  readonly address: string
  readonly sockets: readonly ListenerSocket[]
}

/** Free places for all listeners, or which one cannot be had, and what would help. */
export type SocketSearch =
  | (ListenSockets & { readonly kind: 'found' })
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Finds a place for each listener: the port of its Gateway servers; for the default listener, `port`, or a free one.
 *
 * @param terms of TLS, by listener; ports of HTTPS listeners without any stay closed
 */
export async function findSockets(
  { host, port }: { readonly host: string; readonly port: number },
  listeners: readonly ListenerFacts[],
  terms: ReadonlyMap<string, TlsTerms> = new Map(),
): Promise<SocketSearch> {
  const resolved = await resolveAddress(host)
  if (resolved.kind === 'unusable') return { kind: 'refused', reason: `cannot listen on ${host}: ${resolved.reason}` }
  const { address } = resolved
  const refused = await probePort(address, 0)
  if (refused) return { kind: 'refused', reason: `cannot listen on ${host}: ${refused.reason}` }

  // A number is needed before the start: each socket's configuration tells the Worker its port.
  const defaultPort = port || (await findFreePort(address))
  const sockets = listeners.flatMap(({ name, port: ownPort, protocol }): ListenerSocket[] => {
    const tls = terms.get(name)
    if (protocol === 'https' && !tls) return []
    return [{ listener: name, port: ownPort ?? defaultPort, ...(tls && { tls }) }]
  })
  const clash = sockets.find(socket => socket.port === defaultPort && socket.listener !== 'default')
  if (clash) {
    const reason = `the default listener needs its own port, ${defaultPort} is that of ${clash.listener}`
    return { kind: 'refused', reason: `${reason}; ${anotherPort(defaultPort)}` }
  }
  const reason = await refusalOf({ address, sockets })
  if (reason !== undefined) return { kind: 'refused', reason }
  return { kind: 'found', address, sockets }
}

/** Why one of the sockets cannot be opened, or undefined where all can. */
export async function refusalOf({ address, sockets }: ListenSockets): Promise<string | undefined> {
  for (const { listener, port } of sockets) {
    const refused = await probePort(address, port)
    if (!refused) continue
    const hint = listener === 'default' ? anotherPort(port) : 'a Gateway has this port: free it, or change the Gateway'
    return `cannot listen on ${authorityOf(address, port)} (listener ${listener}): ${refused.reason}; ${hint}`
  }
  return undefined
}

function anotherPort(port: number): string {
  return `try another port: --port ${port < 65535 ? port + 1 : 0}`
}

/** `127.0.0.1:80`, `[::1]:80`. */
export function authorityOf(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}
