import type { Client, Platform } from '../../data-plane/platform.ts'
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
  readonly httpProtocol?: string
  /** Only on Cloudflare (and miniflare, which plays it): there `cf-connecting-ip` is the platform's own. */
  readonly colo?: string
  /** Only on workerd that is started by itself. */
  readonly clientIp?: string
}

function clientOf({ cf, headers }: Request): Client {
  const { httpProtocol, colo, clientIp } = (cf ?? {}) as ClientFacts
  const address = colo === undefined ? clientIp : headers.get('cf-connecting-ip')
  return { ...(address && { address }), ...(httpProtocol && { protocol: httpProtocol }) }
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
