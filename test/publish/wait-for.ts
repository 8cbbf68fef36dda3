import { ask, editionIn } from './load.ts'

/** Far more than anything here takes. */
const patienceMs = 90_000

/**
 * Waits until a gateway serves by an edition.
 *
 * @returns how long that took, in milliseconds
 */
export async function waitForEdition(port: number, edition: number): Promise<number> {
  const startedMs = performance.now()
  let last: unknown
  while (performance.now() - startedMs < patienceMs) {
    last = editionIn(await ask(port, false, '/api/0').catch((error: Error) => error.message))
    if (last === edition) return performance.now() - startedMs
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  throw new Error(`edition ${edition} was not served within ${patienceMs / 1000} s, but ${last}`)
}
