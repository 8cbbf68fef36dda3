import type { Gateway } from '../../data-plane/proxy/gateway.ts'
import type { TableView } from '../../fib/view.ts'
import type { AccessLog } from '../../telemetry/access-log.ts'
import type { Health } from '../health.ts'
import { entryOfRefused, type Refusal, type RefusedRequest } from './downstream/refusal.ts'
import type { PlatformParts } from './http-platform.ts'
import type { Limits } from './limits.ts'

/** What all listeners of a process share. */
export interface Service {
  readonly gateway: Gateway
  /** The table that serves a request; asked once for each. */
  readonly activeTable: () => TableView
  /** Logs requests that never reach the gateway; the gateway logs all others itself. */
  readonly accessLog: AccessLog | undefined
  readonly parts: PlatformParts
  readonly limits: Limits
  readonly health: Health
  /** Our own faults: the client gets 500 and learns nothing of them. */
  readonly reportFault: (error: unknown) => void
  /** From now on each connection is closed after its next response. */
  isDraining: boolean
}

/** Tells the access log of a request that was refused before the gateway was asked. */
export function logRefused(service: Service, refusal: Refusal, request: RefusedRequest): void {
  service.accessLog?.(entryOfRefused(refusal, request, service.activeTable().version))
}
