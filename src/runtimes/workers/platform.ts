import type { NamedListener, Platform, Reply, UpstreamCall, UpstreamRequest } from '../../data-plane/platform.ts'
import type { ClientContext, ClientFact } from '../../fib/request-head.ts'
import { transports } from '../../fib/runtime.ts'
import { localResponse } from '../local-response.ts'
import type { ExecutionContextLike, WebTransport } from '../web-gateway.ts'
import { webRequest } from '../web-request.ts'
import type { Carrier } from './carrier.ts'
import { DisconnectSignal } from './disconnect-signal.ts'
import { sendUpstream } from './upstream.ts'
import { WebBody } from './web-body.ts'
import type { WebResponse } from './web-response.ts'

/** A request as this runtime carries it: with workerd's effects, and its way back. */
export function workersTransport(
  request: Request,
  context: ExecutionContextLike | undefined,
  namedListener?: NamedListener,
): WebTransport {
  const disconnect = new DisconnectSignal()
  return {
    platform: new WorkersPlatform(request, context, namedListener),
    request: webRequest(request, bodyOf(request), callback => disconnect.listen(request.signal, callback)),
    respond: reply => {
      disconnect.clear()
      return reply.kind === 'local' ? localResponse(reply) : upstreamResponse(reply)
    },
  }
}

/** workerd's effects. Made for each request, so all that it can share with others stands in its class. */
class WorkersPlatform implements Platform, Carrier {
  readonly keepsHost = transports.fetch.keepsHost
  readonly keepsTarget = transports.fetch.keepsTarget
  readonly keepsTrailers = transports.fetch.keepsTrailers
  readonly namedListener: NamedListener | undefined
  readonly client: ClientContext
  readonly request: Request
  readonly #context: ExecutionContextLike | undefined

  constructor(request: Request, context: ExecutionContextLike | undefined, namedListener: NamedListener | undefined) {
    this.request = request
    this.client = clientOf(request)
    this.namedListener = namedListener
    this.#context = context
  }

  get isCloudflare(): boolean {
    return this.client.colo !== undefined
  }

  send(upstream: UpstreamRequest): UpstreamCall {
    return sendUpstream(upstream, this)
  }

  newHeaders(): Headers {
    return new Headers()
  }

  startTimer(durationMs: number, onElapsed: () => void): () => void {
    const timer = setTimeout(onElapsed, durationMs)
    return () => clearTimeout(timer)
  }

  now(): number {
    return Date.now()
  }

  random(): number {
    return Math.random()
  }

  uuid(): string {
    return crypto.randomUUID()
  }

  waitUntil(work: Promise<unknown>): void {
    this.#context?.waitUntil(work)
  }
}

function bodyOf({ body, headers }: Request): WebBody | undefined {
  if (body === null) return undefined
  const length = headers.get('content-length')
  return new WebBody(body, length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined)
}

function upstreamResponse({ response }: Reply & { readonly kind: 'upstream' }): Response {
  // Every upstream response of this runtime is one, and keeps the copy of its headers that the reply has.
  return (response as WebResponse).toResponse()
}

/** What the platform itself tells of a request's client, in `request.cf`. */
interface ClientFacts {
  readonly country?: string
  readonly continent?: string
  readonly regionCode?: string
  readonly city?: string
  /** Only on Cloudflare (and miniflare, which plays it): there `cf-connecting-ip` is the platform's own. */
  readonly colo?: string
  readonly asn?: number
  readonly httpProtocol?: string
  readonly tlsVersion?: string
  readonly tlsClientAuth?: { readonly certVerified?: string; readonly certFingerprintSHA256?: string }
  /** Only on workerd that is started by itself: the address with its port. */
  readonly clientIp?: string
}

/** The facts about a client, by the names that rules know them by; see docs/client-context.md. */
function clientOf({ cf, headers }: Request): ClientContext {
  const facts = (cf ?? {}) as ClientFacts
  // workerd by itself knows where a request came from, and nothing else.
  if (facts.colo === undefined) return facts.clientIp === undefined ? {} : { address: withoutPort(facts.clientIp) }
  const certificate = facts.tlsClientAuth
  const isVerified = certificate?.certVerified === 'SUCCESS'
  return withoutEmpty({
    address: headers.get('cf-connecting-ip') ?? undefined,
    country: facts.country,
    continent: facts.continent,
    region: facts.regionCode,
    city: facts.city,
    colo: facts.colo,
    asn: facts.asn === undefined ? undefined : String(facts.asn),
    protocol: facts.httpProtocol,
    'tls-version': facts.tlsVersion,
    // A certificate that was not verified proves nothing, so nothing of it is passed on.
    'cert-verified': isVerified ? 'true' : undefined,
    'cert-sha256': isVerified ? certificate?.certFingerprintSHA256 : undefined,
  })
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` without the port, and an IPv6 address without its brackets. */
function withoutPort(address: string): string {
  if (address.startsWith('[')) return address.slice(1, address.indexOf(']'))
  const mark = address.indexOf(':')
  // More than one colon is an IPv6 address without a port.
  return mark < 0 || address.indexOf(':', mark + 1) >= 0 ? address : address.slice(0, mark)
}

function withoutEmpty(facts: Partial<Record<ClientFact, string | undefined>>): ClientContext {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''))
}
