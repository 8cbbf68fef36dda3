import { dirname, join } from 'node:path'
import { visible } from '../../diagnostics/visible.ts'
import { StoreError, TooLongError, type VersionStore } from '../../store/version-store.ts'
import { listenersSince, removeListeners, signalListeners } from '../terminal/signal-listeners.ts'
import { isWranglerError, loadWrangler } from './load-wrangler.ts'
import { type TablesConfig, tablesBinding } from './wrangler-config.ts'

/** The part of a KV binding that a store takes. */
export interface KvBinding {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
  put(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  list(options: { readonly prefix: string; readonly cursor?: string }): Promise<KvPage>
}

interface KvPage {
  readonly keys: readonly { readonly name: string }[]
  readonly list_complete: boolean
  readonly cursor?: string
}

/** A store in the KV that `wrangler dev` has on this machine, whether or not it runs. */
class LocalKv implements VersionStore {
  readonly title = 'the local KV of wrangler dev'
  readonly #binding: KvBinding
  readonly #dispose: () => Promise<void>

  constructor(binding: KvBinding, dispose: () => Promise<void>) {
    this.#binding = binding
    this.#dispose = dispose
  }

  async read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const value = await this.#inWords(key, () => this.#binding.get(key, 'arrayBuffer'))
    if (value === null) return undefined
    // It does not tell beforehand; but it takes no more than KV does.
    if (value.byteLength <= maxBytes) return new Uint8Array(value)
    throw new TooLongError(`${visible(key)} in ${this.title} is longer than ${maxBytes} bytes`)
  }

  write(key: string, value: Uint8Array): Promise<void> {
    return this.#inWords(key, () => this.#binding.put(key, value))
  }

  remove(key: string): Promise<void> {
    return this.#inWords(key, () => this.#binding.delete(key))
  }

  async list(prefix: string): Promise<readonly string[]> {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const options = cursor === undefined ? { prefix } : { prefix, cursor }
      const page = await this.#inWords(`${prefix}…`, () => this.#binding.list(options))
      names.push(...page.keys.map(({ name }) => name))
      cursor = page.list_complete ? undefined : page.cursor
    } while (cursor !== undefined)
    return names
  }

  /** Ends the process that keeps it. */
  close(): Promise<void> {
    return this.#dispose()
  }

  async #inWords<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      // "KV PUT failed: 413 Value length of …": that is how a binding says what it does not do.
      if (!(error instanceof Error) || !/^KV \w+ failed: /.test(error.message)) throw error
      throw new StoreError(`${visible(key)} in ${this.title}: ${visible(error.message.slice(0, 200))}`)
    }
  }
}

/**
 * Starts the local KV of a project, beside a `wrangler dev` that may run: both see the same values.
 *
 * @throws StoreError where wrangler cannot start it
 */
export async function openLocalKv({ path, file, environment, isRemote }: TablesConfig): Promise<LocalKv> {
  if (isRemote) {
    throw new StoreError(
      `${file} has remote = true for ${tablesBinding}: wrangler dev reads the namespace at Cloudflare`,
    )
  }
  const { getPlatformProxy } = await loadWrangler()
  const listenersBefore = signalListeners()
  // Beside the configuration, where `wrangler dev` has it, wherever this was started.
  const persist = { path: join(dirname(path), '.wrangler/state/v3') }
  const options = {
    configPath: path,
    persist,
    remoteBindings: false,
    ...(environment !== undefined && { environment }),
  }
  try {
    const proxy = await quietly(() => getPlatformProxy<Record<string, KvBinding>>(options))
    // While it is open they are needed: a signal would end this process alone, and leave workerd behind.
    const listeners = listenersSince(listenersBefore)
    return new LocalKv(proxy.env[tablesBinding]!, async () => {
      await proxy.dispose()
      removeListeners(listeners)
    })
  } catch (error) {
    removeListeners(listenersSince(listenersBefore))
    if (!isWranglerError(error)) throw error
    throw new StoreError(`the local KV cannot be started: ${visible(error.message.slice(0, 500))}`)
  }
}

/** Else wrangler prints to stdout, and asks Cloudflare where on earth this machine is. Only variables change that. */
const quiet = { WRANGLER_LOG: 'none', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }

async function quietly<Value>(work: () => Promise<Value>): Promise<Value> {
  const before = Object.keys(quiet).map(name => [name, process.env[name]] as const)
  Object.assign(process.env, quiet)
  try {
    return await work()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
