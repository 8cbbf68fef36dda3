import { visible } from '../../diagnostics/visible.ts'
import { objectIn } from '../../store/object-in.ts'
import { StoreError, TooLongError } from '../../store/version-store.ts'

/** A whole answer of Cloudflare's API. */
export interface ApiAnswer {
  readonly status: number
  readonly body: Uint8Array
  /** The API's own codes for what is wrong; none where all is well, or the answer is not the API's. */
  readonly codes: readonly number[]
  /** A short part of what the API says is wrong, fit for a terminal and without the secret; '' where it says nothing. */
  readonly said: string
}

const maxRefusalBytes = 64 * 1024
const maxSaidLength = 160

/**
 * Reads an answer to its end.
 *
 * @param maxBytes a good answer that is longer is not read on
 * @param secret is taken out of what is quoted
 * @throws StoreError where it is too long; what `fetch` throws where it breaks off
 */
export async function readAnswer(response: Response, maxBytes: number, secret: string): Promise<ApiAnswer> {
  const { status, ok } = response
  const body = await readBody(response, ok ? maxBytes : maxRefusalBytes, !ok)
  const errors = ok ? [] : errorsIn(body)
  const messages = errors.map(({ code, message }) => `${message} [code ${code}]`).join('; ')
  const said = visible(messages.replaceAll(secret || '\0', '…'))
  return { status, body, codes: errors.map(({ code }) => code), said: said.slice(0, maxSaidLength) }
}

/**
 * What a good answer says, in JSON.
 *
 * @throws StoreError where it is not the API's: something else answers at its address
 */
export function jsonOf({ status, body }: ApiAnswer): Readonly<Record<string, unknown>> {
  const json = objectIn(new TextDecoder().decode(body))
  if (json?.success === true) return json
  throw new StoreError(
    `the response (HTTP ${status}) is not from Cloudflare's API: is there a proxy or a login page between?`,
  )
}

const permission = 'the permission "Workers KV Storage: Edit" for this account'
const tokens = 'https://dash.cloudflare.com/profile/api-tokens'

/** What a refusal means, and what to do about it. */
export function describeRefusal(answer: ApiAnswer): string {
  const quoted = `HTTP ${answer.status}${answer.said && `: ${answer.said}`}`
  return `${meaningOf(answer)} (${quoted})`
}

/**
 * The codes are those of the API's KV and account services: 10009 key not found, 10011 malformed namespace ID, 10013
 * namespace not found, 10024 payload too large, 10048 the limit of the day, 6003 invalid request headers, 6111 invalid
 * format of the Authorization header, 7003 no route for that account.
 */
function meaningOf({ status, codes }: ApiAnswer): string {
  const has = (...known: readonly number[]) => codes.some(code => known.includes(code))
  if (has(10011, 10013)) {
    return 'there is no such KV namespace in this account: compare its id with `npx wrangler kv namespace list`'
  }
  if (has(7000, 7003)) return 'there is no such account: check account_id and CLOUDFLARE_ACCOUNT_ID'
  if (status === 401 || has(6003, 6111)) {
    return `Cloudflare does not know these credentials: run \`npx wrangler login\`, or set CLOUDFLARE_API_TOKEN to a valid token with ${permission} (${tokens})`
  }
  if (status === 403) return `Cloudflare does not allow this: the token needs ${permission} (${tokens})`
  if (status === 413 || has(10024)) return 'the value is too long for KV, which takes 25 MiB'
  if (has(10048)) return "the account's limit of KV operations for this day is used up: try again tomorrow"
  if (status === 429) return 'Cloudflare accepts no more requests for now'
  if (status >= 500) return 'Cloudflare failed'
  return 'Cloudflare refused this'
}

interface ApiError {
  readonly code: number
  readonly message: string
}

/** Nothing in a refusal is trusted: it may as well be some proxy's page. */
function errorsIn(body: Uint8Array): readonly ApiError[] {
  const errors = objectIn(new TextDecoder().decode(body))?.errors
  return Array.isArray(errors) ? errors.filter(isApiError) : []
}

function isApiError(error: unknown): error is ApiError {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false
  return typeof error.code === 'number' && typeof error.message === 'string'
}

async function readBody(response: Response, maxBytes: number, isCut: boolean): Promise<Uint8Array> {
  const tooLong = () => new TooLongError(`the response is longer than ${maxBytes} bytes`)
  // Of a compressed answer it tells nothing.
  const announced = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length'))
  if (announced > maxBytes && !isCut) {
    await response.body?.cancel()
    throw tooLong()
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length <= maxBytes) continue
    if (isCut) break
    throw tooLong()
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}
