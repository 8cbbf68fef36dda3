import type { VersionStore } from '../../store/version-store.ts'
import { CloudflareKv } from './cloudflare-kv.ts'
import { FolderStore } from './folder-store.ts'
import { openLocalKv } from './local-kv.ts'
import { readTablesConfig } from './wrangler-config.ts'
import { lookUpProject } from './wrangler-project.ts'

/** Where versions are kept, as the command line says it. */
export type StoreLocation =
  | {
      /** The namespace of the Worker, or what stands for it under `wrangler dev`. */
      readonly kind: 'cloudflare' | 'local'
      /** Of the wrangler configuration; absent: its top level. */
      readonly environment?: string | undefined
      /** The wrangler configuration; absent: the nearest one from here upwards. */
      readonly config?: string | undefined
    }
  | { readonly kind: 'folder'; readonly folder: string }

/** A store that holds on to something (a process, perhaps) until it is closed. */
export interface OpenStore extends VersionStore {
  close(): Promise<void>
}

/**
 * Opens a store.
 *
 * @param env of this process: it may name the account, the credentials and the address of Cloudflare's API
 * @throws StoreError where there is none to be had
 */
export async function openStore(
  location: StoreLocation,
  env: Readonly<Record<string, string | undefined>>,
): Promise<OpenStore> {
  switch (location.kind) {
    case 'folder':
      return withoutEnd(new FolderStore(location.folder))
    case 'local':
      return openLocalKv(await readTablesConfig(location))
    case 'cloudflare': {
      const { api, id } = await lookUpProject(location, env)
      return withoutEnd(new CloudflareKv(api, id))
    }
    default:
      return location satisfies never
  }
}

function withoutEnd(store: VersionStore): OpenStore {
  return {
    title: store.title,
    read: (key, maxBytes) => store.read(key, maxBytes),
    write: (key, value, tries) => store.write(key, value, tries),
    remove: key => store.remove(key),
    list: prefix => store.list(prefix),
    close: async () => {},
  }
}
