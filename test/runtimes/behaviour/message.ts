import type { Wire } from './wire.ts'

export type Line = readonly [name: string, value: string]

/** The first lines of a message, as they came. */
export interface Head {
  readonly startLine: string
  /** In their order, names as written. */
  readonly lines: readonly Line[]
}

/** Undefined where the peer leaves before the head is whole. */
export async function readHead(wire: Wire): Promise<Head | undefined> {
  const text = await wire.upTo('\r\n\r\n')
  if (text === undefined) return undefined
  const [startLine, ...lines] = text.split('\r\n')
  return { startLine: startLine!, lines: lines.map(lineOf) }
}

function lineOf(text: string): Line {
  const mark = text.indexOf(':')
  return [text.slice(0, mark), text.slice(mark + 1).trim()]
}

/** All values of a header, in their order. */
export function valuesOf(lines: readonly Line[], name: string): readonly string[] {
  return lines.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
}

/** The only value of a header; undefined where it has none. @throws Error where it has several */
export function onlyValueOf(lines: readonly Line[], name: string): string | undefined {
  const values = valuesOf(lines, name)
  if (values.length > 1) throw new Error(`${name} came ${values.length} times: ${values.join(' | ')}`)
  return values[0]
}

export type Framing =
  | { readonly kind: 'none' | 'chunked' | 'until closed' }
  | { readonly kind: 'length'; readonly bytes: number }

/** How long a body is, by the head that it follows (RFC 9112 §6.3). */
export function framingOf(lines: readonly Line[], isRequest: boolean): Framing {
  if (/\bchunked\b/i.test(onlyValueOf(lines, 'transfer-encoding') ?? '')) return { kind: 'chunked' }
  const length = onlyValueOf(lines, 'content-length')
  if (length !== undefined) return { kind: 'length', bytes: Number(length) }
  return { kind: isRequest ? 'none' : 'until closed' }
}

/** A body on its way in. */
export class Body {
  readonly framing: Framing
  /** Of a chunked body, once it is whole. */
  trailers: readonly Line[] = []
  /** `whole` and `cut` once it is over. One without a length is whole unless it was reset. */
  state: 'under way' | 'whole' | 'cut' = 'under way'
  readonly #wire: Wire
  #missingBytes: number

  constructor(wire: Wire, framing: Framing) {
    this.#wire = wire
    this.framing = framing
    this.#missingBytes = framing.kind === 'length' ? framing.bytes : 0
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) this.state = 'whole'
  }

  /** Its next bytes; undefined once it is over. */
  async next(): Promise<Buffer | undefined> {
    if (this.state !== 'under way') return undefined
    const { kind } = this.framing
    if (kind === 'until closed') {
      const piece = await this.#wire.some()
      if (piece === undefined) this.state = this.#wire.left === 'ended' ? 'whole' : 'cut'
      return piece
    }
    if (kind === 'chunked' && this.#missingBytes === 0) {
      const size = Number.parseInt((await this.#wire.upTo('\r\n')) ?? '', 16)
      if (Number.isNaN(size)) return this.#cut()
      if (size === 0) return this.#readTrailers()
      this.#missingBytes = size
    }
    const piece = await this.#wire.atMost(this.#missingBytes)
    if (piece === undefined) return this.#cut()
    this.#missingBytes -= piece.length
    if (this.#missingBytes === 0) {
      if (kind === 'length') this.state = 'whole'
      else if ((await this.#wire.exactly(2)) === undefined) this.state = 'cut'
    }
    return piece
  }

  /** What of it is still to come, to its end. */
  async all(): Promise<Buffer> {
    const pieces: Buffer[] = []
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  /** As `all`, and only counted. */
  async countAll(): Promise<number> {
    let bytes = 0
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) bytes += piece.length
    return bytes
  }

  /** At least so many of its next bytes, unless it ends before. */
  async atLeast(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    let count = 0
    while (count < bytes) {
      const piece = await this.next()
      if (piece === undefined) break
      pieces.push(piece)
      count += piece.length
    }
    return Buffer.concat(pieces)
  }

  #cut(): undefined {
    this.state = 'cut'
  }

  async #readTrailers(): Promise<undefined> {
    const lines: Line[] = []
    for (;;) {
      const text = await this.#wire.upTo('\r\n')
      if (text === undefined) return this.#cut()
      if (text === '') break
      lines.push(lineOf(text))
    }
    this.trailers = lines
    this.state = 'whole'
  }
}

/** An answer whose head has come. */
export interface Answer {
  readonly status: number
  readonly reason: string
  readonly lines: readonly Line[]
  /** The heads of 1xx that came before. */
  readonly interim: readonly Head[]
  readonly body: Body
}

/** Reads the head of the answer to a request. @throws Error where the peer leaves before it is whole */
export async function readAnswer(wire: Wire, method: string): Promise<Answer> {
  const interim: Head[] = []
  for (;;) {
    const head = await readHead(wire)
    if (head === undefined) throw new Error(`no answer: the connection was ${wire.left}`)
    const [, code, reason = ''] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(head.startLine) ?? []
    if (code === undefined) throw new Error(`not a status line: ${head.startLine}`)
    const status = Number(code)
    if (status < 200 && status !== 101) {
      interim.push(head)
      continue
    }
    const isBodyless = method === 'HEAD' || status === 204 || status === 304 || status === 101
    const framing: Framing = isBodyless ? { kind: 'none' } : framingOf(head.lines, false)
    return { status, reason, lines: head.lines, interim, body: new Body(wire, framing) }
  }
}

/** A head as bytes. Characters beyond Latin-1 cannot stand in it. */
export function headBytes(startLine: string, lines: readonly string[]): Buffer {
  return Buffer.from(`${[startLine, ...lines].join('\r\n')}\r\n\r\n`, 'latin1')
}

/** One chunk of a chunked body. */
export function chunk(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

/** The end of a chunked body, with trailers. */
export function lastChunk(...trailers: readonly string[]): string {
  return `0\r\n${trailers.map(line => `${line}\r\n`).join('')}\r\n`
}

/** A whole chunked body. */
export function chunkedBody(...pieces: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat([...pieces.map(chunk), Buffer.from(lastChunk())])
}
