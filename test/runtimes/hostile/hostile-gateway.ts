import { hostileRoutes } from './routes.ts'
import { type RunningGateway, startGateway } from './running-gateway.ts'
import type { RuntimeName } from './runtimes.ts'
import { reset } from './steps.ts'
import { type StrictOrigin, startStrictOrigin } from './strict-origin.ts'

/** A gateway between us and origins that are ours as well. */
export interface HostileGateway {
  readonly gateway: RunningGateway
  readonly origin: StrictOrigin
  /** The one that is misused by random exchanges. */
  readonly doubtful: StrictOrigin
  /** The entries of the access log about a target, of the last ones. */
  entriesOf(target: string): readonly string[]
  stop(): Promise<number | null>
}

const keptLogBytes = 200_000

/** @param env added to the gateway's environment */
export async function startHostileGateway(
  runtime: RuntimeName,
  env: Readonly<Record<string, string>> = {},
): Promise<HostileGateway> {
  const origin = await startStrictOrigin()
  const doubtful = await startStrictOrigin()
  const resetting = await startStrictOrigin({ onAccept: [reset] })
  const ports = { origin: origin.port, doubtful: doubtful.port, resetting: resetting.port }
  let log = ''
  const onLog = (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-keptLogBytes)
  }
  const gateway = await startGateway({ runtime, routes: hostileRoutes(ports), env, onLog })
  return {
    gateway,
    origin,
    doubtful,
    entriesOf: target => log.split('\n').filter(line => line.includes(`"${target}"`)),
    async stop() {
      const status = await gateway.stop()
      await Promise.all([origin.close(), doubtful.close(), resetting.close()])
      return status
    },
  }
}
