import { type Balancing, defaultBalancing, type HashKey } from '../../fib/balancing.ts'
import type { Cluster } from '../../fib/cluster.ts'
import type { OutlierDetection } from '../../fib/outlier-detection.ts'

/** How an endpoint is chosen. */
export function balancingWords(balancing: Balancing = defaultBalancing): string {
  switch (balancing.kind) {
    case 'least-request':
      return 'fewest requests'
    case 'round-robin':
      return 'in turn'
    case 'random':
      return 'at random'
    case 'ring':
      return `by key, ring of ${balancing.minSize}`
    case 'maglev':
      return `by key, Maglev table of ${balancing.size}`
    default:
      return balancing satisfies never
  }
}

/** What of a request is its key. */
export function hashKeyWords(key: HashKey): string {
  switch (key.kind) {
    case 'header':
      return `header ${key.name}`
    case 'query':
      return `query parameter ${key.name}`
    case 'client-address':
      return "the client's address"
    case 'cookie': {
      const given = key.ttlSeconds === undefined ? '' : `, given for ${key.ttlSeconds || 'one session'}`
      return `cookie ${key.name}${given}${key.ttlSeconds ? ' s' : ''}${key.path ? ` at ${key.path}` : ''}`
    }
    default:
      return key satisfies never
  }
}

/** What limits a cluster, one thing a line. */
export function limitWords({ limits = {}, connectTimeoutMs }: Pick<Cluster, 'limits' | 'connectTimeoutMs'>): string[] {
  const { maxRequests, maxConnections, maxWaiting, maxRetries } = limits
  const most = (count: number | undefined, what: string) => (count === undefined ? [] : [`at most ${count} ${what}`])
  return [
    ...most(maxRequests, 'requests'),
    ...most(maxConnections, 'concurrent requests, others wait'),
    ...most(maxWaiting, 'waiting'),
    ...most(maxRetries, 'concurrent retries'),
    ...most(connectTimeoutMs, 'ms to connect'),
  ]
}

/** When an endpoint is left out, and for how long, one thing a line. */
export function outlierWords(outlier: OutlierDetection): string[] {
  const { serverErrors, gatewayErrors, localFailures, intervalMs, baseEjectionMs } = outlier
  const after = (count: number | undefined, what: string) => (count === undefined ? [] : [`after ${count} ${what}`])
  return [
    ...after(serverErrors, 'server errors'),
    ...after(gatewayErrors, 'gateway errors'),
    ...after(localFailures, 'failures without a response'),
    `for ${baseEjectionMs} ms, checked every ${intervalMs} ms`,
    `at most ${outlier.maxEjectionPercent} %`,
    ...(outlier.minHealthPercent > 0 ? [`all in use below ${outlier.minHealthPercent} %`] : []),
  ]
}
