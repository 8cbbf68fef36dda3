/** What the first bytes of a connection say of the name that its client asks for (SNI, RFC 6066 §3). */
export type HelloReading =
  | { readonly kind: 'read'; readonly serverName: string | undefined }
  /** It has not come in whole. */
  | { readonly kind: 'incomplete' }
  /** It is not the beginning of TLS. */
  | { readonly kind: 'malformed' }

const incomplete = { kind: 'incomplete' } as const
const malformed = { kind: 'malformed' } as const
/** No real client sends a longer one: those with post-quantum keys have less than 2 KiB. */
const longestHello = 16 * 1024

/** Reads the name out of a ClientHello, which may lie in several records (RFC 8446 §4.1.2, §5.1). */
export function readClientHello(bytes: Uint8Array): HelloReading {
  const message = handshakeOf(bytes)
  if (!(message instanceof Uint8Array)) return message
  if (message.length < 4) return incomplete
  const length = (message[1]! << 16) | (message[2]! << 8) | message[3]!
  if (message[0] !== 1 || length > longestHello) return malformed
  if (message.length < 4 + length) return incomplete
  return readHelloBody(new Reader(message.subarray(4, 4 + length)))
}

/** The content of the handshake records that have come in so far. */
function handshakeOf(bytes: Uint8Array): Uint8Array | typeof incomplete | typeof malformed {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 22 || (at + 1 < bytes.length && bytes[at + 1] !== 3)) return malformed
    if (at + 5 > bytes.length) break
    const length = (bytes[at + 3]! << 8) | bytes[at + 4]!
    if (length === 0 || length > longestHello + 1024) return malformed
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  return parts.length === 1 ? parts[0]! : Uint8Array.from(parts.flatMap(part => [...part]))
}

function readHelloBody(hello: Reader): HelloReading {
  hello.skip(34)
  hello.skip(hello.number(1))
  hello.skip(hello.number(2))
  hello.skip(hello.number(1))
  if (hello.hasFailed) return malformed
  if (hello.isOver) return { kind: 'read', serverName: undefined }
  const extensions = hello.part(hello.number(2))
  while (!extensions.isOver) {
    const type = extensions.number(2)
    const content = extensions.part(extensions.number(2))
    if (type !== 0) continue
    const names = content.part(content.number(2))
    const nameType = names.number(1)
    const name = names.text(names.number(2))
    if (names.hasFailed || nameType !== 0) return malformed
    return { kind: 'read', serverName: name }
  }
  return hello.hasFailed || extensions.hasFailed ? malformed : { kind: 'read', serverName: undefined }
}

/** Reads numbers and parts one after the other. What is not there reads as nothing, and is remembered. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0
  hasFailed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isOver(): boolean {
    return this.hasFailed || this.#at >= this.#bytes.length
  }

  skip(count: number): void {
    this.#take(count)
  }

  number(width: 1 | 2): number {
    const taken = this.#take(width)
    return width === 1 ? (taken[0] ?? 0) : ((taken[0] ?? 0) << 8) | (taken[1] ?? 0)
  }

  part(length: number): Reader {
    const part = new Reader(this.#take(length))
    part.hasFailed = this.hasFailed
    return part
  }

  text(length: number): string {
    return String.fromCharCode(...this.#take(length))
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    if (taken.length < length) this.hasFailed = true
    return taken
  }
}
