import { expect } from 'vitest'
import type { HostileGateway } from './hostile-gateway.ts'
import { plainFault } from './plain-request.ts'

/** Fails unless plain requests get their own answers, one after the other: they use what is kept of connections. */
export async function expectPlainRequestsServed({ gateway, origin }: HostileGateway): Promise<void> {
  for (let count = 0; count < 3; count++) expect(await plainFault(gateway.port)).toBeUndefined()
  const seen = origin.takeSeen().filter(({ target }) => target.startsWith('/plain/'))
  expect(seen).toHaveLength(3)
  expect(origin.takeViolations()).toEqual([])
}
