import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccessLogEntry } from '../../../src/telemetry/access-log.ts'
import { patienceMs } from '../../patience.ts'
import { freePort, launchServe } from '../serve-session.ts'
import { type Origins, startOrigins } from './origins.ts'
import type { Runtime } from './outcome.ts'
import { routes } from './routes.ts'
import { within } from './wire.ts'

/** How long nothing may move in a stream, where limits are short. */
export const idleTimeoutMs = 5_000

/** Longer than a test waits: what ends by such a limit alone has not ended by what a rule says. */
const longMs = 10 * patienceMs

/** Limits of a gateway. workerd has its own, and takes none of them. */
const limits = {
  /** None is met. */
  long: {
    SIGNALBOX_HEAD_TIMEOUT_MS: String(longMs),
    SIGNALBOX_IDLE_TIMEOUT_MS: String(longMs),
    SIGNALBOX_KEEP_ALIVE_MS: String(longMs),
  },
  /** A test can wait for each. The one for a head, usually the longer one, ends before the one for an idle stream. */
  short: {
    SIGNALBOX_HEAD_TIMEOUT_MS: '1500',
    SIGNALBOX_IDLE_TIMEOUT_MS: String(idleTimeoutMs),
    SIGNALBOX_KEEP_ALIVE_MS: '3000',
  },
}

/** A gateway that many rules are played against, with the origins behind it. */
export interface Gateway {
  readonly runtime: Runtime
  readonly port: number
  readonly origins: Origins
  /** Every entry of its access log so far. */
  readonly entries: readonly AccessLogEntry[]
  /** Waits for the next entries. */
  nextEntries(): Promise<void>
  readonly isAlive: boolean
  /** What it said beside its log. */
  errors(): string
  stop(): Promise<void>
}

/** Starts `signalbox serve --runtime …`. */
export async function startGateway(runtime: Runtime, length: keyof typeof limits): Promise<Gateway> {
  const origins = await startOrigins()
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-behaviour-'))
  // One of its endpoints is the gateway itself.
  const port = await freePort()
  await writeFile(join(folder, 'behaviour.yaml'), routes(origins.ports, port))
  const launch = launchServe([folder, '--runtime', runtime], limits[length])
  const stop = async () => {
    // Whatever still waits for an origin ends by that.
    await origins.close()
    await within(launch.stop(), 'the gateway to end')
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const { child, said } = await within(launch.ready, 'the gateway to be ready')
    const entries: AccessLogEntry[] = []
    let waiting = Promise.withResolvers<void>()
    // Its first line says that it is ready.
    let unread = said().out.slice(said().out.indexOf('\n') + 1)
    const read = (text: string) => {
      const lines = `${unread}${text}`.split('\n')
      unread = lines.pop()!
      for (const line of lines) if (line.startsWith('{')) entries.push(JSON.parse(line))
      waiting.resolve()
      waiting = Promise.withResolvers()
    }
    child.stdout.on('data', read)
    return {
      runtime,
      port,
      origins,
      entries,
      nextEntries: () => waiting.promise,
      get isAlive() {
        return child.exitCode === null && child.signalCode === null
      },
      errors: () => said().err,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
