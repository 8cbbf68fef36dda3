import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { readClientHello } from './client-hello.ts'
import { type Named, serverForName } from './server-for-name.ts'

/** A server for some of the names of a port. It does not listen itself. */
export interface NamedServer extends Named {
  readonly server: HttpServer
}

/** A port before TLS. */
export interface TlsPort {
  readonly port: Server
  /** Closes the connections that have not said yet whom they mean. */
  closeUndecided(): void
}

/**
 * A port that several HTTPS servers share. The name that a client asks for is read before TLS begins, and the whole
 * connection goes to the server that has it: certificate, protocol versions and whether a client certificate is asked
 * for are then that one's own. A connection without a server is closed, as Envoy closes it.
 *
 * @param patienceMs how long a client may take for its first message; 0 is no limit
 */
export function createTlsPort(servers: readonly NamedServer[], patienceMs: number): TlsPort {
  // What a server does once it listens, such as looking for heads that take too long, it is to do here, too.
  for (const { server } of servers) server.emit('listening')
  const undecided = new Set<Socket>()
  const port = createServer({ noDelay: true }, socket => {
    undecided.add(socket)
    let head = Buffer.alloc(0)
    const timer = patienceMs > 0 ? setTimeout(() => socket.destroy(), patienceMs).unref() : undefined
    const leave = () => {
      clearTimeout(timer)
      undecided.delete(socket)
      socket.off('readable', look).off('end', leave).off('error', leave).off('close', leave)
    }
    const look = () => {
      const bytes = socket.read() as Buffer | null
      if (bytes === null) return
      head = Buffer.concat([head, bytes])
      const reading = readClientHello(head)
      if (reading.kind === 'incomplete') return
      const chosen = reading.kind === 'read' ? serverForName(servers, reading.serverName) : undefined
      leave()
      if (chosen) handOver(socket, head, chosen.server)
      else socket.destroy()
    }
    socket.on('readable', look).on('end', leave).on('error', leave).on('close', leave)
  })
  return {
    port,
    closeUndecided: () => {
      for (const socket of undecided) socket.destroy()
    },
  }
}

function handOver(socket: Socket, head: Buffer, server: HttpServer): void {
  socket.unshift(head)
  server.emit('connection', socket)
}
