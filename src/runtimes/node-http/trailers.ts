import { isHopByHop } from '../../data-plane/hop-by-hop.ts'

/**
 * Trailers as they may go on, in pairs. What frames a message, routes it or lets it in is none: who merged it into the
 * header would read another message than was forwarded (RFC 9110 §6.5.1).
 *
 * @param rawTrailers flat: `[name, value, name, value, …]`
 */
export function trailersOf(rawTrailers: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at < rawTrailers.length; at += 2) {
    const name = rawTrailers[at]!.toLowerCase()
    if (!isHopByHop(name) && !neverTrailer.test(name)) pairs.push([name, rawTrailers[at + 1]!])
  }
  return pairs
}

/** Beside what ends at each hop. */
const neverTrailer =
  /^(?:authorization|content-.*|cookie|forwarded|proxy-.*|set-cookie|x-forwarded-.*|x-real-ip|x-signalbox-.*|x-envoy-.*)$/
