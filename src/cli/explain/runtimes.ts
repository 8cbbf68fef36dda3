/** What of a runtime a decision depends on. */
export interface RuntimeTraits {
  /** Whether it asks endpoints for every target as it is; `fetch` resolves dot segments. */
  readonly keepsTarget: boolean
  /** Whether an endpoint is sent the Host that is meant; `fetch` takes it from the URL. */
  readonly keepsHost: boolean
  /** Whether repeated header lines are tested one by one; web headers join them. */
  readonly keepsLines: boolean
}

const onFetch: RuntimeTraits = { keepsTarget: false, keepsHost: false, keepsLines: false }
const onSockets: RuntimeTraits = { keepsTarget: true, keepsHost: true, keepsLines: true }

/** The runtimes that `explain` decides for. */
export const runtimeTraits = { workerd: onFetch, deno: onSockets, node: onSockets } as const
export type RuntimeName = keyof typeof runtimeTraits
export const runtimeNames = Object.keys(runtimeTraits) as RuntimeName[]
