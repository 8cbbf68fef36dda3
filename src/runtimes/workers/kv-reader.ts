import { pointerKey, TooLongError, type VersionReader } from '../../store/version-store.ts'

/**
 * How long a place of Cloudflare's may keep the pointer, in seconds: the least that KV allows. A table keeps KV's own
 * time. It never changes, but where it is missing so far, that would be kept as long.
 */
const pointerTtlSeconds = 30

/** Reads versions from a KV namespace that is bound to the Worker. */
export class KvReader implements VersionReader {
  readonly #namespace: KVNamespace

  constructor(namespace: KVNamespace) {
    this.#namespace = namespace
  }

  async read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const value = await this.#namespace.get(key, {
      type: 'arrayBuffer',
      ...(key === pointerKey && { cacheTtl: pointerTtlSeconds }),
    })
    if (value === null) return undefined
    if (value.byteLength > maxBytes) throw new TooLongError(`${value.byteLength} bytes under ${key} are too many`)
    return new Uint8Array(value)
  }
}
