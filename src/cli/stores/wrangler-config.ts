import { stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { visible } from '../../diagnostics/visible.ts'
import { StoreError } from '../../store/version-store.ts'
import { describeSystemError } from '../terminal/system-error.ts'
import { isWranglerError, loadWrangler, type Wrangler } from './load-wrangler.ts'

/** The name of the KV binding by which the Worker reads its tables. */
export const tablesBinding = 'SIGNALBOX_TABLES'

/** Which wrangler configuration is read for what. */
export interface ConfigLocation {
  /** Absent: the top level, or what CLOUDFLARE_ENV names. */
  readonly environment?: string | undefined
  /** The file. Absent: the one in this folder, or in the nearest one above that has one. */
  readonly config?: string | undefined
}

/** What a wrangler configuration says of the tables. */
export interface TablesConfig {
  /** The whole path of the file. */
  readonly path: string
  /** The file as messages name it. */
  readonly file: string
  readonly environment: string | undefined
  /** Absent in a project whose namespace is not made yet; `wrangler dev` needs none. */
  readonly namespace: string | undefined
  readonly account: string | undefined
  /** Under `wrangler dev`, too, the binding is the namespace at Cloudflare. */
  readonly isRemote: boolean
}

/**
 * Reads out of a project's wrangler configuration where its tables are.
 *
 * @throws StoreError where there is no configuration, it cannot be read, or it says nothing of them
 */
export async function readTablesConfig(location: ConfigLocation): Promise<TablesConfig> {
  if (location.config !== undefined) await mustBeFile(location.config)
  const wrangler = await loadWrangler()
  const whole = readConfig(wrangler, location)
  if (whole.configPath === undefined) {
    throw new StoreError(
      'there is no wrangler.toml, .json or .jsonc in this folder or above it: run it there, or name the file',
    )
  }
  const file = fileName(whole.configPath)
  const environments = whole.definedEnvironments ?? []
  if (location.environment !== undefined && !environments.includes(location.environment)) {
    const known = environments.length > 0 ? `there are ${environments.map(visible).join(', ')}` : 'it has none'
    throw new StoreError(`${file} has no environment '${visible(location.environment)}': ${known}`)
  }
  const config = location.environment === undefined ? whole : readConfig(wrangler, location, location.environment)
  const environment = config.targetEnvironment || undefined
  const binding = config.kv_namespaces.find(each => each.binding === tablesBinding)
  if (!binding) throw new StoreError(describeMissing(file, environment, environments))
  const path = resolve(whole.configPath)
  return {
    path,
    file,
    environment,
    namespace: binding.id || undefined,
    account: config.account_id || undefined,
    isRemote: binding.remote === true,
  }
}

/** How a namespace is made, and what then goes into the file: `binding` lines in its own language. */
export function describeMaking(file: string, environment: string | undefined): string {
  const flag = environment === undefined ? '' : ` --env ${environment}`
  const table = environment === undefined ? 'kv_namespaces' : `env.${environment}.kv_namespaces`
  const json = `"kv_namespaces": [{ "binding": "${tablesBinding}", "id": "…" }]`
  const lines = file.endsWith('.toml')
    ? ['', `  [[${table}]]`, `  binding = "${tablesBinding}"`, '  id = "…"'].join('\n')
    : `\n  ${environment === undefined ? json : `"env": { "${environment}": { ${json} } }`}`
  return `\`npx wrangler kv namespace create ${tablesBinding}${flag}\` makes one; with its id, this goes into ${file}:${lines}`
}

function describeMissing(file: string, environment: string | undefined, environments: readonly string[]): string {
  const others = environments.length > 0 ? ` (its environments: ${environments.map(visible).join(', ')})` : ''
  const where =
    environment === undefined
      ? `at its top level${others}`
      : `in its environment ${environment}, which inherits none from the top level`
  return `${file} has no KV binding ${tablesBinding} ${where}. ${describeMaking(file, environment)}`
}

/** The parts of a configuration that are read here, as wrangler gives it: decoded, and with its defaults. */
interface WholeConfig {
  readonly configPath: string | undefined
  readonly definedEnvironments: readonly string[] | undefined
  readonly targetEnvironment: string | undefined
  readonly kv_namespaces: readonly { readonly binding: string; readonly id?: string; readonly remote?: boolean }[]
  readonly account_id: string | undefined
}

function readConfig(wrangler: Wrangler, { config }: ConfigLocation, environment?: string): WholeConfig {
  try {
    return wrangler.unstable_readConfig({ config, env: environment }, { hideWarnings: true })
  } catch (error) {
    if (!isWranglerError(error)) throw error
    const { location } = error
    const file = fileName(location?.file ?? config ?? 'the wrangler configuration')
    const line = location?.line === undefined ? '' : `:${location.line}`
    throw new StoreError(`${file}${line}: wrangler cannot use it: ${faultsIn(error.message)}`)
  }
}

/** wrangler's list of faults, below its heading, as one line. */
function faultsIn(message: string): string {
  const [first = '', ...rest] = message.split('\n').map(line => line.trim())
  const faults = rest.filter(line => line.startsWith('- ')).map(line => line.slice(2))
  return visible((faults.length > 0 ? faults.join('; ') : first).slice(0, 500))
}

async function mustBeFile(path: string): Promise<void> {
  try {
    if ((await stat(path)).isFile()) return
  } catch (error) {
    const reason = describeSystemError(error)
    if (reason === undefined) throw error
    throw new StoreError(`${visible(path)}: ${reason}`)
  }
  throw new StoreError(`${visible(path)} is not a file`)
}

/** Seen from here, where that is shorter. */
function fileName(path: string): string {
  const whole = resolve(path)
  const seen = relative('.', whole)
  return visible(seen.length < whole.length ? seen : whole)
}
