import { StoreError } from '../../store/version-store.ts'

/** wrangler's own functions. It takes a second or two to load, so it is loaded where it is needed. */
export type Wrangler = typeof import('wrangler')

/** @throws StoreError where it is not installed, or not for this Node */
export async function loadWrangler(): Promise<Wrangler> {
  try {
    return await import('wrangler')
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new StoreError('wrangler is not installed here: `npm install` brings it')
  }
}

/** A fault that wrangler tells its user of; its other errors are faults of its own. */
export interface WranglerError extends Error {
  /** Where a file cannot be parsed. */
  readonly location?: { readonly file?: string; readonly line?: number }
  readonly notes?: readonly { readonly text: string }[]
}

/** Whether an error is one that wrangler tells its user of. */
export function isWranglerError(error: unknown): error is WranglerError {
  return error instanceof Error && 'telemetryMessage' in error
}
