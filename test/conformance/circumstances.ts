import type { Runtime } from './runtime.ts'

/** What the comparison has to know beside the case. */
export interface Circumstances {
  readonly runtime: Runtime
  /** Whether the configuration balances by a hash: then one key is one endpoint, but which one is arbitrary. */
  readonly isHashed: boolean
}
