import { visible } from '../../diagnostics/visible.ts'
import { describeSystemError } from '../terminal/system-error.ts'

/** Codes of a connection that was there and broke off, or that a second try may well get. */
const passing: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
])

/** Node's `fetch` goes to the address itself, unlike wrangler, unless it is configured otherwise. */
const proxyHint = 'is this machine online? Behind a proxy, set HTTPS_PROXY and NODE_USE_ENV_PROXY=1'

/**
 * Why `fetch`, or reading what it fetched, failed; undefined where that was not the network's fault.
 *
 * @param limitMs the time that the request had
 */
export function connectionError(
  error: unknown,
  limitMs: number,
): { readonly words: string; readonly mayPass: boolean } | undefined {
  if (!(error instanceof Error)) return undefined
  if (error.name === 'TimeoutError') {
    return { words: `no complete response within ${limitMs / 1000} seconds`, mayPass: false }
  }
  // Both "fetch failed" and "terminated" are TypeErrors, and say why in their cause; those of our own faults have none.
  const { cause } = error
  if (!(error instanceof TypeError) || !(cause instanceof Error)) return undefined
  const mayPass = 'code' in cause && passing.has(String(cause.code))
  const words =
    describeSystemError(cause) ?? visible(cause.message || ('code' in cause ? String(cause.code) : 'no reason given'))
  return { words: mayPass ? words : `${words} (${proxyHint})`, mayPass }
}
