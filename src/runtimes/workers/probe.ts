import { connect } from 'cloudflare:sockets'
import type { Endpoint } from '../../fib/cluster.ts'

const limitMs = 1000

/** Whether an endpoint accepts a connection now. Nothing is sent. */
export async function isReachable({ address, port }: Endpoint): Promise<boolean> {
  const socket = connect({ hostname: address, port })
  try {
    const timeout = scheduler.wait(limitMs).then(() => false)
    return await Promise.race([socket.opened.then(() => true), timeout])
  } catch {
    return false
  } finally {
    // It may never have been opened.
    socket.close().catch(() => undefined)
    socket.closed.catch(() => undefined)
  }
}
