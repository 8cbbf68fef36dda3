import type { IncomingMessage, ServerResponse } from 'node:http'
import { bundleWorker } from '../gateway/bundle-worker.ts'
import { compatibilityDate } from '../gateway/compatibility-date.ts'
import { listenersSince, removeListeners, signalListeners } from '../terminal/signal-listeners.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

export interface DevWorkerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly serveTable: Handler
  /** What every `fetch` of the Worker reaches; absent: the real endpoints. */
  readonly origin?: Handler
  /** Plain strings that the Worker reads from its environment. */
  readonly settings: Readonly<Record<string, string>>
  /** A line that the Worker wrote to its console. */
  readonly onLog: (level: string, message: string) => void
}

/** workerd with the dev Worker in it. */
export interface DevWorker {
  readonly url: URL
  /** Ends workerd; resolves when its process is gone. */
  stop(): Promise<void>
}

/** Another process took the port between the probe and the start. */
export class PortTakenError extends Error {}

/**
 * Bundles the dev Worker and starts it in workerd.
 *
 * @throws PortTakenError
 */
export async function startDevWorker(options: DevWorkerOptions): Promise<DevWorker> {
  const { host, port, serveTable, origin, settings, onLog } = options
  const [{ Miniflare, NoOpLog }, contents] = await Promise.all([import('miniflare'), bundleWorker('dev')])
  const texts = Object.entries(settings).map(([name, value]) => [name, { type: 'text' as const, value }])
  const listenersBefore = signalListeners()
  const miniflare = new Miniflare({
    host,
    port,
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    log: new NoOpLog(),
    handleStructuredLogs: ({ level, message }) => onLog(level, message),
    handleUncaughtError: error => onLog('error', String(error.stack ?? error.message)),
    workers: [
      {
        config: {
          name: 'signalbox',
          compatibilityDate,
          env: { ...Object.fromEntries(texts), TABLE: { type: 'node-handler', handler: serveTable } },
          manifest: { mainModule: 'worker.js', modules: { 'worker.js': { type: 'esm', contents } } },
        },
        dev: origin ? { outboundService: { type: 'node-handler', handler: origin } } : {},
      },
    ],
  })
  // Miniflare ends the process with 130 on the first signal; when and how to end is for the caller to say. Its listener
  // to the exit of the process stays: that one kills workerd whatever happens.
  removeListeners(listenersSince(listenersBefore))
  try {
    const url = await miniflare.ready
    return { url, stop: () => miniflare.dispose() }
  } catch (error) {
    await miniflare.dispose().catch(() => undefined)
    if (error instanceof Error && 'code' in error && error.code === 'ERR_ADDRESS_IN_USE') throw new PortTakenError()
    throw error
  }
}
