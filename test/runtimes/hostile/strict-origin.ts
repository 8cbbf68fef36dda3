import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { play, type Step } from './steps.ts'
import { type Head, parseStrict } from './strict-message.ts'

/** What an origin does instead of answering, and when. */
export interface Misdeed {
  /** Once the head of a request has come, or once all of it has. */
  readonly after: 'head' | 'request'
  readonly steps: readonly Step[]
  /** Whether it goes on with the connection as if its steps had been an answer; else it reads no further request. */
  readonly goesOn: boolean
}

/** A request as it reached an origin. */
export interface SeenRequest {
  readonly target: string
  readonly method: string
  readonly headers: Head['headers']
  /** Undefined where the connection ended before all of it had come. */
  readonly body: Buffer | undefined
}

/** An origin that reads by the letter, writes down what it was sent, and answers with the target that was asked for. */
export interface StrictOrigin {
  readonly port: number
  /** Requests since the last look, in the order of their arrival; looking forgets them. */
  takeSeen(): readonly SeenRequest[]
  /** What was sent that nobody should send, since the last look. */
  takeViolations(): readonly string[]
  /** What to do with the next requests whose target holds this text; undefined: answer them. */
  onTarget(text: string, misdeed: Misdeed | undefined): void
  readonly connections: number
  /** Closes every connection, so that nobody keeps one for later. */
  closeConnections(): void
  close(): Promise<void>
}

export interface StrictOriginOptions {
  /** What to do with a connection before anything has come; undefined: wait for a request. */
  readonly onAccept?: readonly Step[]
}

/** The body that an honest origin answers with. */
export const honestBody = (target: string) => `asked for ${target}`

/** Starts an origin on a free port of this machine. */
export async function startStrictOrigin({ onAccept }: StrictOriginOptions = {}): Promise<StrictOrigin> {
  let seen: SeenRequest[] = []
  let violations: string[] = []
  const misdeeds = new Map<string, Misdeed>()
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (onAccept) void play(socket, onAccept)
    else serve(socket)
  }).listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')

  function serve(socket: Socket) {
    let received: Buffer<ArrayBufferLike> = Buffer.alloc(0)
    let isBusy = false
    let isOver = false
    socket.on('data', chunk => {
      if (isOver) return
      received = Buffer.concat([received, chunk])
      void read()
    })
    socket.on('close', () => {
      // What was cut off has reached us all the same.
      const parsed = isOver || received.length === 0 ? undefined : parseStrict(received, { kind: 'request' })
      if (parsed?.kind === 'partial' && parsed.head) seen.push({ ...requestOf(parsed.head), body: undefined })
    })

    async function read() {
      while (!isBusy && received.length > 0) {
        const parsed = parseStrict(received, { kind: 'request' })
        if (parsed.kind === 'violation') {
          violations.push(`${parsed.reason} in ${JSON.stringify(received.toString('latin1', 0, 400))}`)
          isOver = true
          socket.destroy()
          return
        }
        const head = parsed.kind === 'whole' ? parsed.message : parsed.head
        if (!head) return
        const request = requestOf(head)
        const misdeed = misdeedFor(request.target)
        if (misdeed && (misdeed.after === 'head' || parsed.kind === 'whole')) {
          seen.push({ ...request, body: parsed.kind === 'whole' ? parsed.message.body : undefined })
          isOver = !misdeed.goesOn
          isBusy = true
          await play(socket, misdeed.steps)
          isBusy = false
          if (isOver || parsed.kind !== 'whole') {
            isOver = true
            return
          }
          received = received.subarray(parsed.message.size)
        } else if (parsed.kind === 'whole') {
          seen.push({ ...request, body: parsed.message.body })
          received = received.subarray(parsed.message.size)
          socket.write(answerTo(request))
        } else {
          return
        }
      }
    }
  }

  function misdeedFor(target: string): Misdeed | undefined {
    const name = /^\/(?:misdeed|fuzz)\/[\w-]+/.exec(target)?.[0]
    return name === undefined ? undefined : misdeeds.get(name)
  }

  return {
    port: (server.address() as AddressInfo).port,
    takeSeen() {
      const taken = seen
      seen = []
      return taken
    },
    takeViolations() {
      const taken = violations
      violations = []
      return taken
    },
    onTarget(text, misdeed) {
      if (misdeed) misdeeds.set(text, misdeed)
      else misdeeds.delete(text)
    },
    get connections() {
      return sockets.size
    },
    closeConnections() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(closed => server.close(closed))
    },
  }
}

function requestOf({ startLine, headers }: Head) {
  const [method = '', target = ''] = startLine.split(' ')
  return { method, target, headers }
}

function answerTo({ method, target }: { readonly method: string; readonly target: string }): string {
  const body = honestBody(target)
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n`
  return method === 'HEAD' ? head : head + body
}
