import { defaultHealthPath } from '../../runtimes/settings.ts'

/** What a gateway says of its table. */
export type GatewayReport =
  | {
      readonly kind: 'reported'
      /** The version that it serves by. */
      readonly version: string
      /** `followed` where that is what its store says. */
      readonly store: string
      readonly reason: string | undefined
    }
  | { readonly kind: 'silent'; readonly reason: string }

const limitMs = 10_000
const longestAnswer = 64 * 1024

/**
 * Asks a gateway's health, which tells more than `ok` to who has the token.
 *
 * @param url of the gateway; with a path, that of its health
 */
export async function queryGateway(url: URL, token: string | undefined): Promise<GatewayReport> {
  const place = new URL(url)
  if (place.pathname === '/') place.pathname = defaultHealthPath
  if (token === undefined) return silent('SIGNALBOX_HEALTH_TOKEN is not set; without the token it reports nothing')
  if (!/^[\x21-\x7e]+$/.test(token))
    return silent('SIGNALBOX_HEALTH_TOKEN has characters in it that no header may have')
  let text: string
  try {
    const headers = { authorization: `Bearer ${token}` }
    // A redirect would carry the token elsewhere.
    const response = await fetch(place, { headers, redirect: 'manual', signal: AbortSignal.timeout(limitMs) })
    if (response.status === 401) return silent('it knows another token')
    if (response.status !== 200) return silent(`it responded with ${response.status} at ${place.pathname}`)
    text = (await response.text()).slice(0, longestAnswer)
  } catch (error) {
    const { cause } = error as Error
    return silent(cause instanceof Error ? cause.message : (error as Error).message)
  }
  if (text === 'ok') return silent('it has no token, so it reports only ok')
  return answerIn(text) ?? silent(`the response at ${place.pathname} is not from a gateway`)
}

function answerIn(text: string): GatewayReport | undefined {
  try {
    const { table, store } = JSON.parse(text)
    return {
      kind: 'reported',
      version: String(table.version),
      store: String(store.state),
      reason: reasonIn(store.reason),
    }
  } catch {
    return undefined
  }
}

function reasonIn(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value)
}

function silent(reason: string): GatewayReport {
  return { kind: 'silent', reason }
}
