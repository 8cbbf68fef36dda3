import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a KV namespace is read by. */
export interface Namespace {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
}

/** What the way to the namespace does to those who read by it. */
export type Weather =
  | { readonly kind: 'fair' }
  /** Each answer takes so long. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Each value is other bytes. */
  | { readonly kind: 'garbage' }
  /** Each answer breaks off in the middle. */
  | { readonly kind: 'cut' }
  /** Each answer is a fault of KV's own. */
  | { readonly kind: 'error' }
  /** Nobody listens. */
  | { readonly kind: 'dead' }

/**
 * The way from a bare workerd to the KV of miniflare, in the words that workerd asks its namespaces in, so that it can be
 * slow, broken or gone while both its ends are real.
 */
export class KvLink {
  readonly #namespace: Namespace
  #server: Server | undefined
  #weather: Weather = { kind: 'fair' }
  port = 0
  /** The keys that were asked for. */
  readonly asked: string[] = []

  constructor(namespace: Namespace) {
    this.#namespace = namespace
  }

  async open(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response)).listen(
      this.port,
      '127.0.0.1',
    )
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }

  async become(weather: Weather): Promise<void> {
    this.#weather = weather
    if (weather.kind === 'dead') await this.close()
    else if (!this.#server) await this.open()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = decodeURIComponent(new URL(request.url!, 'http://kv').pathname.slice(1))
    this.asked.push(key)
    const weather = this.#weather
    if (weather.kind === 'slow') await new Promise(resolve => setTimeout(resolve, weather.delayMs))
    // Whoever asked has been cut off meanwhile.
    if (response.destroyed) return
    if (weather.kind === 'error') return void response.writeHead(503).end()
    const value = await this.#namespace.get(key, 'arrayBuffer')
    if (value === null) return void response.writeHead(404).end()
    const bytes = new Uint8Array(value)
    if (weather.kind === 'garbage') return void response.end(bytes.map((byte, at) => byte ^ (at * 31 + 7)))
    if (weather.kind !== 'cut') return void response.end(bytes)
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
  }
}
