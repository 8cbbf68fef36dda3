import { visible } from '../../diagnostics/visible.ts'
import { maxValueBytes, StoreError, TooLongError, type VersionStore } from '../../store/version-store.ts'
import { type ApiAnswer, describeRefusal, jsonOf } from './api-answer.ts'
import type { CloudflareApi } from './cloudflare-api.ts'

/** Which namespace of which account, by their ids. */
export interface NamespaceId {
  readonly account: string
  readonly namespace: string
}

/** At most 1,000 keys of 512 bytes with what else the API returns of each. */
const maxPageBytes = 16 * 1024 * 1024
/** All that is said of a write is that it was done. */
const maxReceiptBytes = 64 * 1024
const keysPerPage = 1000
const keyNotFound = 10009

/** A store in Workers KV, through Cloudflare's REST API. */
export class CloudflareKv implements VersionStore {
  readonly title: string
  readonly #api: CloudflareApi
  readonly #path: string

  constructor(api: CloudflareApi, { account, namespace }: NamespaceId) {
    this.title = `KV namespace ${shortened(namespace)} of account ${shortened(account)}`
    this.#api = api
    this.#path = `/accounts/${encodeURIComponent(account)}/storage/kv/namespaces/${encodeURIComponent(namespace)}`
  }

  read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    return this.#inWords(key, async () => {
      const answer = await this.#api.ask({ method: 'GET', path: this.#pathOf(key), maxBytes })
      return isMissing(answer) ? undefined : good(answer).body
    })
  }

  write(key: string, value: Uint8Array, tries?: 'once'): Promise<void> {
    return this.#inWords(key, async () => {
      if (value.length > maxValueBytes) throw new StoreError(`the value is longer than ${maxValueBytes} bytes`)
      const path = this.#pathOf(key)
      const isOnce = tries === 'once'
      jsonOf(good(await this.#api.ask({ method: 'PUT', path, body: value, isOnce, maxBytes: maxReceiptBytes })))
    })
  }

  remove(key: string): Promise<void> {
    return this.#inWords(key, async () => {
      const answer = await this.#api.ask({ method: 'DELETE', path: this.#pathOf(key), maxBytes: maxReceiptBytes })
      if (!isMissing(answer)) jsonOf(good(answer))
    })
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.#inWords(undefined, async () => {
      const names: string[] = []
      let cursor: string | undefined
      do {
        const page = await this.#readPage(prefix, cursor)
        names.push(...page.names)
        cursor = page.cursor
      } while (cursor !== undefined)
      return names
    })
  }

  async #readPage(prefix: string, cursor: string | undefined) {
    const query = new URLSearchParams({ prefix, limit: String(keysPerPage), ...(cursor && { cursor }) })
    const request = { method: 'GET', path: `${this.#path}/keys?${query}`, maxBytes: maxPageBytes } as const
    const json = jsonOf(good(await this.#api.ask(request)))
    const { result, result_info: info } = json as { result?: readonly Key[]; result_info?: { cursor?: string } }
    if (!Array.isArray(result)) throw new StoreError('the response of the API is not a list of keys')
    return { names: result.map(({ name }) => name), cursor: info?.cursor || undefined }
  }

  #pathOf(key: string): string {
    // A URL drops dots as path segments, and what is then named is the namespace itself. KV has no such keys.
    if (key === '' || key === '.' || key === '..') throw new Error(`not a key of KV: '${key}'`)
    return `${this.#path}/values/${encodeURIComponent(key)}`
  }

  async #inWords<Value>(key: string | undefined, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      const Fault = error instanceof TooLongError ? TooLongError : StoreError
      throw new Fault(`${key === undefined ? '' : `${visible(key)} in `}${this.title}: ${error.message}`)
    }
  }
}

interface Key {
  readonly name: string
}

function isMissing({ status, codes }: ApiAnswer): boolean {
  return status === 404 && codes.includes(keyNotFound)
}

function good(answer: ApiAnswer): ApiAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw new StoreError(describeRefusal(answer))
}

/** Ids have 32 digits; the first ones are enough to recognise them. */
function shortened(id: string): string {
  return id.length > 8 ? `${visible(id.slice(0, 8))}…` : visible(id)
}
