import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from '../limits.ts'
import { responseOn } from './unreadable.ts'

/** How often connections are looked at. */
const lookEveryMs = 500

/** What was seen of a connection at a look. */
interface Seen {
  readonly bytesRead: number
  readonly sinceMs: number
}

/**
 * Closes the connections of clients that have waited for their next request for longer than `keepAliveMs`, give or take
 * half a second. They are looked at all together: that costs a request nothing, and `node:http` would set two timers for
 * each.
 */
export function closeKept(server: Server, isSecure: boolean, { keepAliveMs }: Limits): void {
  if (keepAliveMs === 0) return
  const seen = new Map<Socket, Seen | undefined>()
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => void seen.set(socket, undefined))
  const look = () => {
    const nowMs = performance.now()
    for (const [socket, before] of seen) {
      const { bytesRead } = socket
      if (socket.destroyed) {
        seen.delete(socket)
      } else if (responseOn(socket)) {
        if (before) seen.set(socket, undefined)
      } else if (before?.bytesRead !== bytesRead) {
        seen.set(socket, { bytesRead, sinceMs: nowMs })
      } else if (nowMs - before.sinceMs >= keepAliveMs) {
        socket.destroy()
      }
    }
  }
  const timer = setInterval(look, lookEveryMs).unref()
  server.once('close', () => clearInterval(timer))
}
