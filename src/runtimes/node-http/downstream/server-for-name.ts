/** Something that is served under certain names: each exact, `*` and a suffix (`*.example.com`), or `*`. */
export interface Named {
  readonly hosts: readonly string[]
}

/**
 * Which of the servers of a port a client means that asks for `name`: one that has it exactly, else one with the longest
 * suffix, else one for `*`; the first of several. Undefined where there is none: then Envoy has no filter chain, and
 * neither has a client without a name anywhere to go but to `*`.
 */
export function serverForName<Server extends Named>(
  servers: readonly Server[],
  name: string | undefined,
): Server | undefined {
  const asked = name?.toLowerCase()
  let best: Server | undefined
  let bestLength = -1
  for (const server of servers) {
    for (const host of server.hosts) {
      const length = matchLength(host, asked)
      if (length <= bestLength) continue
      best = server
      bestLength = length
    }
  }
  return best
}

/** How specifically a host covers the requested name; -1 where it does not. */
function matchLength(host: string, asked: string | undefined): number {
  if (host === '*') return 0
  if (asked === undefined) return -1
  if (host.startsWith('*')) return asked.length >= host.length && asked.endsWith(host.slice(1)) ? host.length : -1
  return host === asked ? Number.POSITIVE_INFINITY : -1
}
