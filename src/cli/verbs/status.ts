import { visible } from '../../diagnostics/visible.ts'
import { followPlatform } from '../../runtimes/follow-platform.ts'
import { readFollowSettings } from '../../runtimes/settings.ts'
import { isSigned } from '../../store/look-up-newest.ts'
import { readPointer, type StoredPointer } from '../../store/read-pointer.ts'
import { readTable, type StoredTable } from '../../store/read-table.ts'
import type { StoreLocation } from '../stores/open-store.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { pointerWords } from '../versions/pointer-words.ts'
import { type GatewayReport, queryGateway } from '../versions/query-gateway.ts'
import { type Environment, withStore } from '../versions/with-store.ts'
import { count } from '../words/count.ts'
import { shortVersion } from '../words/short-version.ts'

export interface StatusOptions {
  readonly location: StoreLocation
  /** Gateways that are queried for the table that they serve. */
  readonly gateways: readonly URL[]
  readonly isJson: boolean
}

/**
 * Tells which version is active, whether its table is whole, and what gateways serve by. Not `ok` where the table is not
 * whole, or a gateway serves by another one.
 */
export function status(
  { location, gateways, isJson }: StatusOptions,
  { out, err }: Terminal,
  env: Environment,
): Promise<ExitStatus> {
  return withStore(location, env, { out, err }, async store => {
    const stored = await readPointer(store)
    const active = stored.kind === 'read' ? stored.pointer : undefined
    const table = active && (await readTable(store, followPlatform, active.version))
    const answers = await Promise.all(
      gateways.map(async url => ({ url, answer: await queryGateway(url, env.SIGNALBOX_HEALTH_TOKEN) })),
    )
    const isWell =
      stored.kind !== 'unusable' &&
      table?.kind !== 'none' &&
      answers.every(({ answer }) => answer.kind === 'reported' && isAsPublished(answer, active?.version))
    const signature = await signatureWords(stored, env)
    if (isJson) {
      const gatewaysTold = answers.map(({ url, answer: { kind, ...rest } }) => ({
        url: url.href,
        isTold: kind === 'reported',
        ...rest,
      }))
      const facts = {
        store: store.title,
        isWell,
        signature: signature ?? null,
        active: active ?? null,
        gateways: gatewaysTold,
      }
      out.line(JSON.stringify(facts, null, 2))
    } else {
      out.line(`store     ${visible(store.title)}`)
      out.line(`active    ${pointerWords(stored)}${signature === undefined ? '' : `   ${signature}`}`)
      if (table) out.line(`table     ${tableWords(table)}`)
      if (active?.before.length) {
        const names = active.before.slice(0, 5).map(shortVersion)
        out.line(`before    ${names.join(', ')}${active.before.length > 5 ? ', …' : ''}`)
      }
      for (const { url, answer } of answers)
        out.line(`gateway   ${visible(url.href)}   ${answerWords(answer, active?.version)}`)
    }
    return isWell ? exitStatus.ok : exitStatus.findings
  })
}

/** Whether a gateway serves what is active or, where nothing is, has never had anything from the store. */
function isAsPublished(
  { version, store }: GatewayReport & { readonly kind: 'reported' },
  active: string | undefined,
): boolean {
  return active === undefined ? store === 'empty' || store === 'none' : version === active
}

/** What is to be said of the active version's signature, by the keys that gateways would be given. */
async function signatureWords(stored: StoredPointer, env: Environment): Promise<string | undefined> {
  if (stored.kind !== 'read' || !stored.signature) return undefined
  const { publicKeys } = readFollowSettings(env).settings
  if (!publicKeys) return 'signed (SIGNALBOX_PUBLIC_KEY is not set: not verified)'
  return (await isSigned(stored, publicKeys, followPlatform)) ? 'signed' : 'signed by a key that is not known here'
}

function tableWords(table: StoredTable): string {
  if (table.kind === 'none') return `cannot be served: ${table.reason}; gateways keep the one they have`
  const { virtualHostCount, routeCount } = table.table
  return `whole: ${count(virtualHostCount, 'virtual host')}, ${count(routeCount, 'route')}`
}

function answerWords(answer: GatewayReport, active: string | undefined): string {
  if (answer.kind === 'silent') return `unknown: ${visible(answer.reason)}`
  const why = answer.reason === undefined ? '' : `: ${visible(answer.reason)}`
  const isSame = answer.version === active ? '' : 'another version, '
  return `${shortVersion(visible(answer.version))}   ${isSame}store ${visible(answer.store)}${why}`
}
