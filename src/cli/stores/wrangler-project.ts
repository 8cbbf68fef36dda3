import { visible } from '../../diagnostics/visible.ts'
import { StoreError } from '../../store/version-store.ts'
import { describeRefusal, jsonOf } from './api-answer.ts'
import { type ApiPlatform, apiBaseUrl, CloudflareApi } from './cloudflare-api.ts'
import type { NamespaceId } from './cloudflare-kv.ts'
import { type ConfigLocation, describeMaking, readTablesConfig, tablesBinding } from './wrangler-config.ts'
import { askWranglerForCredentials } from './wrangler-credentials.ts'

/** All that reaching a project's namespace takes. */
export interface WranglerProject {
  readonly api: CloudflareApi
  readonly id: NamespaceId
}

/**
 * Looks up the namespace that a project's Worker reads its tables from, and who may write to it, by wrangler's
 * configuration and its login.
 *
 * @throws StoreError where either does not tell
 */
export async function lookUpProject(
  location: ConfigLocation,
  env: Readonly<Record<string, string | undefined>>,
  platform?: ApiPlatform,
): Promise<WranglerProject> {
  const config = await readTablesConfig(location)
  const { file, environment, namespace } = config
  if (namespace === undefined) {
    throw new StoreError(`the KV binding ${tablesBinding} in ${file} has no id. ${describeMaking(file, environment)}`)
  }
  const api = new CloudflareApi(apiBaseUrl(env), await askWranglerForCredentials(config, env), platform)
  const account = config.account ?? (env.CLOUDFLARE_ACCOUNT_ID || undefined) ?? (await onlyAccount(api, file))
  return { api, id: { account, namespace } }
}

const maxAccountsBytes = 1024 * 1024

/** The account of credentials that have but one. */
async function onlyAccount(api: CloudflareApi, file: string): Promise<string> {
  const answer = await api.ask({ method: 'GET', path: '/accounts?per_page=50', maxBytes: maxAccountsBytes })
  const remedy = `set account_id in ${file}, or CLOUDFLARE_ACCOUNT_ID`
  if (answer.status !== 200) throw new StoreError(`${remedy}, or else: ${describeRefusal(answer)}`)
  const { result } = jsonOf(answer)
  const accounts = Array.isArray(result) ? result.filter(isAccount) : []
  const [first, ...others] = accounts
  if (!first) throw new StoreError(`these credentials give access to no account: ${remedy}`)
  if (others.length === 0) return first.id
  const list = accounts.map(({ id, name }) => `\n  ${visible(id)}  ${visible(name)}`).join('')
  throw new StoreError(`these credentials have more than one account: ${remedy}, to one of${list}`)
}

function isAccount(value: unknown): value is { readonly id: string; readonly name: string } {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('name' in value)) return false
  return typeof value.id === 'string' && typeof value.name === 'string'
}
