import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describeSystemError, systemErrorCode } from '../terminal/system-error.ts'

/** Why nothing can listen at an address. */
export interface PortRefusal {
  /** In words, for the operator. */
  readonly reason: string
  /** Which half of the address another value would help. */
  readonly culprit: 'host' | 'port'
}

/** What stands against listening on `host:port`, or undefined where nothing does. Port 0 stands for any free one. */
export async function probePort(host: string, port: number): Promise<PortRefusal | undefined> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    const reason = describeSystemError(error)
    if (reason === undefined) throw error
    const isPort = ['EADDRINUSE', 'EACCES'].includes(systemErrorCode(error) ?? '')
    return { reason, culprit: isPort ? 'port' : 'host' }
  } finally {
    if (server.listening) await new Promise(closed => server.close(closed))
  }
}

/** A port of `host` that nothing listens on at this moment. */
export async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0, exclusive: true })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(closed => server.close(closed))
  return port
}
