import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// Not in TypeScript: it is read before there is any compiled code, and to turn one file into JavaScript takes 25 ms.

/**
 * Where the command keeps what it can make again: beside its own packages, as build tools do, or where SIGNALBOX_CACHE
 * says; undefined where that is `off`. Nothing but speed may depend on what lies there.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function cacheFolder({ SIGNALBOX_CACHE: wanted = '' }) {
  if (wanted === 'off') return undefined
  return wanted === ''
    ? fileURLToPath(new URL('../../../node_modules/.cache/signalbox', import.meta.url))
    : resolve(wanted)
}
