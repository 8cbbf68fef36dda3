import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Where the command keeps what it can make again: beside its own packages, as build tools do, or where SIGNALBOX_CACHE
 * says; undefined where that is `off`. Nothing but speed may depend on what lies there.
 */
export function cacheFolder({ SIGNALBOX_CACHE: wanted = '' }: NodeJS.ProcessEnv): string | undefined {
  if (wanted === 'off') return undefined
  return wanted === ''
    ? fileURLToPath(new URL('../../node_modules/.cache/signalbox', import.meta.url))
    : resolve(wanted)
}
