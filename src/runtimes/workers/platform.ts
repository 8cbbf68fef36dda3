import type { Platform } from '../../data-plane/platform.ts'
import type { ClientContext, ClientFact } from '../../fib/request-head.ts'
import { type AccessLog, formatAccessLog } from '../../telemetry/access-log.ts'
import { type AppOptions, type ExecutionContextLike, healthPathOf } from '../app.ts'

/** Settings of the Worker: `[vars]` in wrangler.toml. */
export interface Settings {
  /** Where health answers `ok`; `off` switches it off. */
  readonly SIGNALBOX_HEALTH_PATH?: string
  /** `off` switches the access log off. */
  readonly SIGNALBOX_ACCESS_LOG?: string
}

/** workerd's effects. */
export function workersPlatform(request: Request, context: ExecutionContextLike | undefined): Platform {
  return {
    fetch: (url, init, bodyOf) => fetch(bodyOf ? new Request(url, bodyOf) : url, init),
    sleep: durationMs => scheduler.wait(durationMs),
    now: () => Date.now(),
    random: () => Math.random(),
    client: clientOf(request),
    waitUntil: work => context?.waitUntil(work),
  }
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
  const certificate = facts.tlsClientAuth
  const isVerified = certificate?.certVerified === 'SUCCESS'
  return withoutEmpty({
    address: facts.colo === undefined ? withoutPort(facts.clientIp) : (headers.get('cf-connecting-ip') ?? undefined),
    country: facts.country,
    continent: facts.continent,
    region: facts.regionCode,
    city: facts.city,
    colo: facts.colo,
    asn: facts.asn === undefined ? undefined : String(facts.asn),
    protocol: facts.httpProtocol,
    'tls-version': facts.tlsVersion,
    // A certificate that was not verified proves nothing, so nothing is told of it.
    'cert-verified': isVerified ? 'true' : undefined,
    'cert-sha256': isVerified ? certificate?.certFingerprintSHA256 : undefined,
  })
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` without the port, and an IPv6 address without its brackets. */
function withoutPort(address: string | undefined): string | undefined {
  return address?.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([^:]*):\d+$/, '$1')
}

function withoutEmpty(facts: Partial<Record<ClientFact, string | undefined>>): ClientContext {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''))
}

const silent: AccessLog = () => {}

/** The part of the app's options that is the same for every Worker. */
export function workersOptions(settings: Settings): Omit<AppOptions, 'activeTable'> {
  return {
    healthPath: healthPathOf(settings.SIGNALBOX_HEALTH_PATH),
    // Workers Logs, Logpush and `wrangler tail` pick up what the console gets.
    accessLog: settings.SIGNALBOX_ACCESS_LOG === 'off' ? silent : entry => console.log(formatAccessLog(entry)),
    platformOf: workersPlatform,
    reportFault: error => console.error('gateway fault', error),
  }
}
