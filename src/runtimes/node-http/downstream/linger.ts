import type { Socket } from 'node:net'

/** How long a connection is read on for behind its last answer. As Envoy's `delayed_close_timeout`. */
export const lingerMs = 1000

/**
 * Ends a connection so that what was written arrives. Closed at once, with bytes of the client still unread, it would
 * be reset, and the answer lost with it.
 */
export function endLingering(socket: Socket): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('close', () => clearTimeout(timer))
}

/** Makes `node:http` end this connection so, behind a response that is its last. */
export function lingerOn(socket: Socket): void {
  socket.destroySoon = () => endLingering(socket)
}
