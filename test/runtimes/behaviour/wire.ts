import { connect, type Socket } from 'node:net'
import { patienceMs } from '../../patience.ts'

/** How a peer left: in order (FIN), or not (RST). */
export type Leave = 'ended' | 'reset'

/** The value of `waiting`. @throws Error naming `what` where it does not come in time */
export async function within<T>(waiting: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${patienceMs} ms for ${what}`)), patienceMs)
  })
  try {
    return await Promise.race([waiting, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * One end of a TCP connection, as bytes. It takes from the socket only what is asked for, so that one that is not read
 * holds its peer back.
 */
export class Wire {
  readonly socket: Socket
  #held: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  #left: Leave | undefined
  #wake = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('readable', () => this.#wake())
    socket.on('end', () => this.#leave('ended'))
    socket.on('error', () => this.#leave('reset'))
    socket.on('close', hadError => this.#leave(hadError ? 'reset' : 'ended'))
  }

  /** How the peer left, as far as what was read tells; undefined while it is there. */
  get left(): Leave | undefined {
    return this.#left
  }

  /** Sends bytes and does not wait. */
  write(bytes: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes)
  }

  /** Sends bytes; whether the system has taken them. Waits while the peer does not read, without a limit. */
  pour(bytes: Uint8Array): Promise<boolean> {
    return new Promise(resolve => {
      if (!this.socket.writable) return resolve(false)
      const gone = () => resolve(false)
      this.socket.once('close', gone)
      this.socket.write(bytes, error => {
        this.socket.off('close', gone)
        resolve(!error)
      })
    })
  }

  /** Sends FIN and goes on reading. */
  end(): void {
    this.socket.end()
  }

  /** Leaves in order: what is written arrives, and nothing is read any more. */
  close(): void {
    this.socket.destroySoon()
  }

  /** Leaves by RST. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  /** The next bytes, at least one; undefined once the peer has left. */
  async some(): Promise<Buffer | undefined> {
    if (this.#held.length === 0 && !(await this.#more())) return undefined
    return this.#take(this.#held.length)
  }

  /** At most so many bytes, at least one; undefined once the peer has left. */
  async atMost(count: number): Promise<Buffer | undefined> {
    if (this.#held.length === 0 && !(await this.#more())) return undefined
    return this.#take(Math.min(count, this.#held.length))
  }

  /** Exactly so many bytes; undefined where the peer leaves before. */
  async exactly(count: number): Promise<Buffer | undefined> {
    while (this.#held.length < count) if (!(await this.#more())) return undefined
    return this.#take(count)
  }

  /** Everything up to a mark, which is taken but not given; undefined where the peer leaves before. */
  async upTo(mark: string): Promise<string | undefined> {
    for (;;) {
      const at = this.#held.indexOf(mark)
      if (at >= 0) return this.#take(at + mark.length).toString('latin1', 0, at)
      if (!(await this.#more())) return undefined
    }
  }

  /** Reads and throws away until the peer leaves. */
  async over(): Promise<Leave> {
    while ((await this.some()) !== undefined);
    return this.#left!
  }

  /** All that comes until the peer leaves. */
  async rest(): Promise<Buffer> {
    const pieces: Buffer[] = []
    for (let piece = await this.some(); piece !== undefined; piece = await this.some()) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const piece: Buffer | null = this.socket.read()
      if (piece !== null) {
        this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
        return true
      }
      if (this.#left !== undefined) return false
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  #leave(how: Leave): void {
    this.#left ??= how
    this.#wake()
  }
}

/** A connection to this machine. */
export function dial(port: number): Wire {
  return new Wire(connect({ port, host: '127.0.0.1', allowHalfOpen: true }))
}
