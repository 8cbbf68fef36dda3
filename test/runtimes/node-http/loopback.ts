import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Endpoint } from '../../../src/fib/cluster.ts'
import { patienceMs } from '../../patience.ts'

/** A TCP server on a port of its own, gone after the test with all its connections. */
export async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    onConnection(socket)
  })
  const sockets = new Set<Socket>()
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return portOf(server)
}

/** Lets a server listen on a free port of this machine. */
export async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** An origin that answers to what it has received so far, each time more comes. */
export async function rawOrigin(answer: (socket: Socket, received: string) => void): Promise<RawOrigin> {
  const origin = { received: [] as string[] }
  const port = await listen(socket => {
    const at = origin.received.push('') - 1
    socket.on('data', chunk => {
      origin.received[at] += chunk.toString('latin1')
      answer(socket, origin.received[at]!)
    })
  })
  return { ...origin, endpoint: { scheme: 'http', address: '127.0.0.1', port, weight: 1 } }
}

export interface RawOrigin {
  /** What each of its connections has brought. */
  readonly received: readonly string[]
  readonly endpoint: Endpoint
}

/** Sends bytes over a connection of its own; resolves with all that comes back until its end. */
export async function talk(port: number, text: string, more?: (socket: Socket) => void): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.setTimeout(patienceMs, () => socket.destroy())
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk
  })
  socket.on('error', () => {})
  socket.write(Buffer.from(text, 'latin1'))
  more?.(socket)
  await once(socket, 'close')
  return received
}

/** Rejects where a promise takes longer than anything here should. */
export async function within<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it takes too long')), patienceMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
