import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** What one end of a connection does, one after the other. */
export type Step =
  | { readonly kind: 'write'; readonly bytes: Buffer }
  /** Writes the same bytes again and again, with a pause after each, until the other end is gone or `count` is over. */
  | { readonly kind: 'drip'; readonly bytes: Buffer; readonly everyMs: number; readonly count: number }
  | { readonly kind: 'pause'; readonly durationMs: number }
  /** Until something comes from the other end, or it goes. */
  | { readonly kind: 'hear' }
  /** FIN: nothing more will be written. */
  | { readonly kind: 'end' }
  /** RST. */
  | { readonly kind: 'reset' }

export const write = (text: string): Step => ({ kind: 'write', bytes: Buffer.from(text, 'latin1') })
export const drip = (text: string, everyMs: number, count: number): Step => ({
  kind: 'drip',
  bytes: Buffer.from(text, 'latin1'),
  everyMs,
  count,
})
export const wait = (durationMs: number): Step => ({ kind: 'pause', durationMs })
export const hear: Step = { kind: 'hear' }
export const end: Step = { kind: 'end' }
export const reset: Step = { kind: 'reset' }

/** Plays steps on a socket. Resolves when they are over, or when the socket can take no more. */
export async function play(socket: Socket, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return
    switch (step.kind) {
      case 'write':
        socket.write(step.bytes)
        break
      case 'drip':
        for (let count = 0; count < step.count && socket.writable; count++) {
          socket.write(step.bytes)
          await pause(step.everyMs)
        }
        break
      case 'pause':
        await pause(step.durationMs)
        break
      case 'hear':
        await new Promise<void>(resolve => {
          socket.once('data', () => resolve())
          socket.once('close', () => resolve())
        })
        break
      case 'end':
        socket.end()
        break
      case 'reset':
        // What was written so far is handed to the kernel before the connection is torn down.
        await pause(1)
        socket.resetAndDestroy()
        break
      default:
        step satisfies never
    }
  }
}

/** Steps in a few words, for a fault that somebody wants to play again. */
export function describeSteps(steps: readonly Step[]): string {
  const words = steps.map(step => {
    switch (step.kind) {
      case 'write':
        return `write ${step.bytes.length} bytes ${JSON.stringify(step.bytes.toString('latin1', 0, 300))}`
      case 'drip':
        return `drip ${step.bytes.length} bytes ${step.count} times`
      case 'pause':
        return `wait ${step.durationMs} ms`
      default:
        return step.kind
    }
  })
  return words.join(', ')
}
