export const runtimes = ['workerd', 'node', 'deno'] as const
export type Runtime = (typeof runtimes)[number]

/**
 * What becomes of a capability on one runtime. `adapted`: the same intent by other means. `refused`: the client gets a
 * clear error. `not seen`: it does not happen, and nothing else breaks by that.
 */
export type Outcome =
  | { readonly kind: 'works' }
  | { readonly kind: 'adapted' | 'refused'; readonly how: string }
  | { readonly kind: 'not seen'; readonly why: string }

export const works: Outcome = { kind: 'works' }
export const adapted = (how: string): Outcome => ({ kind: 'adapted', how })
export const refused = (how: string): Outcome => ({ kind: 'refused', how })
export const notSeen = (why: string): Outcome => ({ kind: 'not seen', why })

export const everywhere: Record<Runtime, Outcome> = { workerd: works, node: works, deno: works }
