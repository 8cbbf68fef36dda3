export type { Limits } from '../settings.ts'

/** Nothing has passed on a connection for longer than `idleTimeoutMs`. */
export class IdleError extends Error {}
