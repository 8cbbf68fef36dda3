import { StoreError } from '../../store/version-store.ts'
import { type ApiAnswer, describeRefusal, readAnswer } from './api-answer.ts'
import { connectionError } from './connection-error.ts'

/** Who asks, as `wrangler auth token --json` says it. */
export type CloudflareCredentials =
  | { readonly type: 'oauth' | 'api_token'; readonly token: string }
  | { readonly type: 'api_key'; readonly key: string; readonly email: string }

/** What asking needs of the outside. */
export interface ApiPlatform {
  readonly fetch: typeof fetch
  /** Milliseconds since 1970. */
  now(): number
  wait(durationMs: number): Promise<void>
  /** A signal that aborts after a time, with a `TimeoutError`. */
  timeLimit(durationMs: number): AbortSignal
}

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Behind the base URL, from its slash on; keys in it are percent-encoded. */
  readonly path: string
  readonly body?: Uint8Array
  /** Not asked again where it may have been carried out. Else a request can be sent twice without harm. */
  readonly isOnce?: boolean
  /** A longer answer is an error; what is said of a refusal is cut instead. */
  readonly maxBytes: number
}

/** Where Cloudflare's API is; the environment may say otherwise, as it may to wrangler. */
export function apiBaseUrl(env: Readonly<Record<string, string | undefined>>): string {
  return (env.CLOUDFLARE_API_BASE_URL || 'https://api.cloudflare.com/client/v4').replace(/\/+$/, '')
}

const maxRetries = 4
const firstWaitMs = 500
/** A longer wait is reported instead of waited out. */
const longestWaitMs = 60_000
const timeLimitMs = { small: 30_000, large: 120_000 } as const
const smallBytes = 1024 * 1024

type Attempt =
  | { readonly kind: 'answer'; readonly answer: ApiAnswer; readonly retryAfterMs: number }
  | { readonly kind: 'dropped'; readonly reason: string }

/** Asks Cloudflare's API, again where the fault may pass: 429, 5xx, and connections that break off. */
export class CloudflareApi {
  readonly #baseUrl: string
  readonly #headers: Headers
  readonly #secret: string
  readonly #platform: ApiPlatform

  /** @throws StoreError where no such request can be made */
  constructor(baseUrl: string, credentials: CloudflareCredentials, platform: ApiPlatform = thisMachine) {
    if (!URL.canParse(baseUrl)) throw new StoreError('CLOUDFLARE_API_BASE_URL is not a URL')
    this.#baseUrl = baseUrl
    this.#headers = headersOf(credentials)
    this.#secret = credentials.type === 'api_key' ? credentials.key : credentials.token
    this.#platform = platform
  }

  /**
   * The answer to a request, good or bad, but for those that may pass.
   *
   * @throws StoreError where there is none, in words that name no place
   */
  async ask(request: ApiRequest): Promise<ApiAnswer> {
    for (let retries = 0; ; retries++) {
      const outcome = await this.#attempt(request)
      if (outcome.kind === 'answer' && !mayPass(outcome.answer)) return outcome.answer
      const mayBeDone = outcome.kind === 'dropped' || outcome.answer.status >= 500
      if (request.isOnce && mayBeDone) throw new StoreError(describeGivingUp(outcome, retries + 1))
      const waitMs = Math.max(firstWaitMs * 2 ** retries, outcome.kind === 'answer' ? outcome.retryAfterMs : 0)
      if (retries === maxRetries || waitMs > longestWaitMs) throw new StoreError(describeGivingUp(outcome, retries + 1))
      await this.#platform.wait(waitMs)
    }
  }

  async #attempt({ method, path, body, maxBytes }: ApiRequest): Promise<Attempt> {
    const isLarge = (method === 'GET' ? maxBytes : (body?.length ?? 0)) > smallBytes
    const limitMs = isLarge ? timeLimitMs.large : timeLimitMs.small
    try {
      const response = await this.#platform.fetch(`${this.#baseUrl}${path}`, {
        method,
        headers: this.#headers,
        ...(body && { body }),
        // The credentials are for this host alone.
        redirect: 'manual',
        signal: this.#platform.timeLimit(limitMs),
      })
      const answer = await readAnswer(response, maxBytes, this.#secret)
      return { kind: 'answer', answer, retryAfterMs: retryAfterMs(response.headers, this.#platform.now()) }
    } catch (error) {
      const fault = connectionError(error, limitMs)
      if (!fault) throw error
      if (!fault.mayPass) throw new StoreError(`Cloudflare's API cannot be reached: ${fault.words}`)
      return { kind: 'dropped', reason: fault.words }
    }
  }
}

/** Cloudflare as this process reaches it. */
const thisMachine: ApiPlatform = {
  fetch,
  now: () => Date.now(),
  wait: durationMs => new Promise(resolve => setTimeout(resolve, durationMs)),
  timeLimit: durationMs => AbortSignal.timeout(durationMs),
}

function headersOf(credentials: CloudflareCredentials): Headers {
  try {
    return credentials.type === 'api_key'
      ? new Headers({ 'x-auth-key': credentials.key, 'x-auth-email': credentials.email })
      : new Headers({ authorization: `Bearer ${credentials.token}` })
  } catch {
    // What is thrown quotes the value.
    throw new StoreError('the credentials contain characters that no token has: check CLOUDFLARE_API_TOKEN')
  }
}

/** KV's limit for a day (10048) is a 429, too, and does not pass within minutes. */
function mayPass({ status, codes }: ApiAnswer): boolean {
  return (status === 429 && !codes.includes(10048)) || status >= 500
}

/** How long the server asks to wait (RFC 9110 §10.2.3): seconds, or a date. */
function retryAfterMs(headers: Headers, nowMs: number): number {
  const text = headers.get('retry-after') ?? ''
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isFinite(waitMs) ? Math.max(waitMs, 0) : 0
}

function describeGivingUp(outcome: Attempt, attempts: number): string {
  const times = attempts === 1 ? '' : `, ${attempts} times in a row`
  if (outcome.kind === 'dropped') return `the connection to Cloudflare's API broke off${times}: ${outcome.reason}`
  const { answer, retryAfterMs: waitMs } = outcome
  const when =
    waitMs > longestWaitMs ? `in ${Math.ceil(waitMs / 1000)} seconds` : 'later (https://www.cloudflarestatus.com)'
  return `${describeRefusal(answer)}${times}; try again ${when}`
}
