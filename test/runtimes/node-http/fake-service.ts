import type { DownstreamRequest, Platform, Reply } from '../../../src/data-plane/platform.ts'
import { RawHeaders } from '../../../src/runtimes/node-http/raw-headers.ts'
import type { Service } from '../../../src/runtimes/node-http/service.ts'
import { upstreamPools } from '../../../src/runtimes/node-http/upstream/connection-pool.ts'
import { type Limits, readLimits } from '../../../src/runtimes/settings.ts'
import type { AccessLogEntry } from '../../../src/telemetry/access-log.ts'

export type FakeGateway = (request: DownstreamRequest, platform: Platform) => Reply | Promise<Reply>

export interface FakeService extends Service {
  /** What was told of requests that never came to the gateway. */
  readonly refused: AccessLogEntry[]
  readonly faults: unknown[]
}

/** A service whose gateway answers as it is told. */
export function fakeService(gateway: FakeGateway, changes: Partial<Limits> = {}): FakeService {
  const limits = { ...readLimits({}), ...changes }
  const refused: AccessLogEntry[] = []
  const faults: unknown[] = []
  return {
    gateway: async (request, _table, platform) => gateway(request, platform),
    activeTable: () => ({ version: '0123456789abcdef' }) as never,
    accessLog: entry => refused.push(entry),
    parts: { pools: upstreamPools(limits), limits, pending: new Set() },
    limits,
    health: { path: '/up', token: undefined, status: () => ({}) as never },
    reportFault: error => faults.push(error),
    isDraining: false,
    refused,
    faults,
  }
}

/** An answer of the gateway's own. */
export function local(text: string | undefined, status = 200, flat: string[] = []): Reply {
  const body = text === undefined ? undefined : new Uint8Array(new TextEncoder().encode(text))
  return { kind: 'local', status, headers: new RawHeaders(flat), body }
}

/** Hands on what an endpoint of this machine answers. */
export function forwardingTo(port: number): FakeGateway {
  return async (request, platform) => {
    const { method, target, body, isWebSocket, authority = '' } = request
    const headers = request.copyHeaders(name => name === 'connection' || name === 'expect')
    const endpoint = { scheme: 'http', address: '127.0.0.1', port, weight: 1 } as const
    const upstream = { endpoint, method, target, authority, headers, body, isWebSocket, cancellable: 'to-the-end' }
    const call = platform.send(upstream as never)
    request.onDisconnect(() => call.cancel())
    const outcome = await call.outcome
    return outcome.kind === 'responded'
      ? { kind: 'upstream', response: outcome.response }
      : local(outcome.fault, outcome.fault === 'request' ? 400 : 503)
  }
}
