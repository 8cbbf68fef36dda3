import { describe } from 'vitest'
import { playRandomExchanges } from './play-exchanges.ts'
import { playLeavingClients } from './play-leaving-clients.ts'
import { playHostileOrigins } from './play-origins.ts'
import { playHostileRequests } from './play-requests.ts'
import type { RuntimeName } from './runtimes.ts'

/** Everything that a gateway has to stand, on one runtime. */
export function playHostileSuite(runtime: RuntimeName): void {
  describe(`hostile requests on ${runtime}`, () => playHostileRequests(runtime))
  describe(`hostile origins on ${runtime}`, () => playHostileOrigins(runtime))
  describe(`clients that leave, on ${runtime}`, () => playLeavingClients(runtime))
  describe(`random exchanges on ${runtime}`, () => playRandomExchanges(runtime))
}
