import type { Trace, Trial } from '../../control-plane/interpret/trace.ts'
import type { Rib } from '../../control-plane/ir/rib.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import { foldCase } from '../../fib/normalize.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { NearestMisses } from './decision.ts'
import { failureWords } from './failure-words.ts'

const mostRoutes = 3

/**
 * What comes nearest to a request that no route matches: the routes of its virtual host whose path matches, else those
 * whose path has most in common with its own; without a virtual host, hosts that are written alike.
 */
export function nearestMisses({ listeners }: Rib, { entered, tried }: Trace, head: RequestHead): NearestMisses {
  if (tried.length > 0) return { routes: nearestRoutes(tried, head.path), hosts: [] }
  const asked = entered ? [entered.listener] : listeners
  const domains = new Set(asked.flatMap(({ virtualHosts }) => virtualHosts.flatMap(each => each.domains)))
  return { routes: [], hosts: nearestHosts([...domains], head.host) }
}

function nearestRoutes(tried: readonly Trial[], path: string): NearestMisses['routes'] {
  const ofThisPath = tried.filter(({ failure }) => failure?.kind === 'condition')
  if (ofThisPath.length > 0) {
    return ofThisPath.slice(0, mostRoutes).map(trial => ({ ...placed(trial), why: failureWords(trial.failure!).text }))
  }
  return tried
    .map(trial => ({ trial, common: commonPath(trial, path) }))
    .filter(({ common }) => common.length > 1)
    .sort((a, b) => b.common.length - a.common.length)
    .slice(0, mostRoutes)
    .map(({ trial, common }) => ({
      ...placed(trial),
      why: `${failureWords(trial.failure!).text} begins like the path: ${common}`,
    }))
}

function placed({ route: { name, origin } }: Trial) {
  return { route: name, file: origin.file, line: origin.start.line }
}

/** How much of a route's path the request's path begins with, letter case aside. */
function commonPath({ failure }: Trial, path: string): string {
  if (failure?.kind !== 'path' || failure.match.kind === 'regex') return ''
  const wanted = foldCase(failure.match.value)
  const asked = foldCase(path)
  let length = 0
  while (length < wanted.length && wanted[length] === asked[length]) length++
  return path.slice(0, length)
}

/** The nearest name; else the wildcard whose suffix is nearest to what stands behind the first dot. */
function nearestHosts(domains: readonly string[], host: string): string[] {
  const exact = nearest(
    host,
    domains.filter(domain => !domain.startsWith('*')),
  )
  if (exact !== undefined) return [exact]
  const dot = host.indexOf('.')
  const suffixes = domains.filter(domain => domain.startsWith('*.')).map(domain => domain.slice(2))
  const suffix = dot < 0 ? undefined : nearest(host.slice(dot + 1), suffixes)
  return suffix === undefined ? [] : [`*.${suffix}`]
}
