import type { Platform } from '../../data-plane/platform.ts'
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
export function workersPlatform(context: ExecutionContextLike | undefined): Platform {
  return {
    fetch: (url, init) => fetch(url, init),
    now: () => Date.now(),
    random: () => Math.random(),
    waitUntil: work => context?.waitUntil(work),
  }
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
