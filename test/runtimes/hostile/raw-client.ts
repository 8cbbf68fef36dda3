import { connect } from 'node:net'
import { play, type Step } from './steps.ts'
import { parseStrict, type StrictMessage } from './strict-message.ts'

/** What became of one connection to the gateway. */
export interface Talk {
  /** Whole answers in their order, interim ones (1xx but 101) left out. */
  readonly answers: readonly StrictMessage[]
  /**
   * What a client would say of it: the statuses of its whole answers, then `cut` for an answer that broke off, then
   * `closed` where there was no answer at all; `late` where nothing of it came in time. `200`, `400+closed`, `cut`.
   */
  readonly outcome: string
  /** What the gateway wrote that nobody should write. */
  readonly violation: string | undefined
  /** Whether the gateway had closed the connection when we left. */
  readonly isClosed: boolean
  readonly elapsedMs: number
}

export interface TalkOptions {
  readonly port: number
  readonly steps: readonly Step[]
  /** Of the requests that are sent, for what their answers look like; the last one counts for all further ones. */
  readonly methods?: readonly string[]
  /** How long the gateway may take for all of it. */
  readonly patienceMs: number
  /** How long to listen for more after the answers that are due; the answer to a smuggled request would come then. */
  readonly lingerMs?: number
  /** After how long without an answer to say that nothing more will come (FIN); absent: never. */
  readonly hurryMs?: number
  /** How many answers to wait for. */
  readonly due?: number
}

/** Plays steps on a connection of its own and listens until the gateway has answered or closed. Never rejects. */
export function talk(options: TalkOptions): Promise<Talk> {
  const { port, steps, methods = ['GET'], patienceMs, lingerMs = 0, hurryMs, due = 1 } = options
  const startMs = performance.now()
  return new Promise(resolve => {
    const answers: StrictMessage[] = []
    let received: Buffer<ArrayBufferLike> = Buffer.alloc(0)
    let violation: string | undefined
    let isEnded = false
    let hasPlayed = false
    let isSettled = false
    let lingering: NodeJS.Timeout | undefined
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const patience = setTimeout(settle, patienceMs, 'late')
    const hurry = hurryMs === undefined ? undefined : setTimeout(() => socket.end(), hurryMs)
    socket.on('data', chunk => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      look()
    })
    socket.on('error', () => {})
    for (const event of ['end', 'close'] as const) {
      socket.on(event, () => {
        isEnded = true
        look()
      })
    }
    socket.on('connect', () => {
      void play(socket, steps).then(() => {
        hasPlayed = true
        // Who has left by itself hears no more.
        isEnded ||= socket.destroyed
        look()
      })
    })

    function look() {
      while (received.length > 0 && violation === undefined) {
        const method = methods[Math.min(answers.length, methods.length - 1)] ?? 'GET'
        const parsed = parseStrict(received, { kind: 'response', method, isEnded })
        if (parsed.kind === 'violation') violation = parsed.reason
        if (parsed.kind !== 'whole') break
        received = received.subarray(parsed.message.size)
        const status = statusOf(parsed.message)
        if (status >= 200 || status === 101) answers.push(parsed.message)
      }
      if (isEnded || violation !== undefined) return settle('over')
      if (answers.length >= due && hasPlayed) lingering ??= setTimeout(settle, lingerMs, 'over')
    }

    function settle(reason: 'over' | 'late') {
      if (isSettled) return
      isSettled = true
      clearTimeout(patience)
      clearTimeout(hurry)
      clearTimeout(lingering)
      socket.destroy()
      const parts: string[] = answers.map(answer => String(statusOf(answer)))
      if (reason === 'late') parts.push('late')
      else if (isEnded && received.length > 0) parts.push('cut')
      else if (isEnded && parts.length === 0) parts.push('closed')
      const elapsedMs = performance.now() - startMs
      resolve({ answers, outcome: parts.join('+'), violation, isClosed: isEnded, elapsedMs })
    }
  })
}

function statusOf({ startLine }: StrictMessage): number {
  return Number(startLine.slice(9, 12))
}
