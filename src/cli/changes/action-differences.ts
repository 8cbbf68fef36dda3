import type { Action, ForwardAction, WeightedDestination } from '../../fib/action.ts'
import { defaultRetries } from '../../fib/retry.ts'
import { hashKeyWords } from '../words/balancing-words.ts'
import {
  actionWords,
  corsWords,
  faultWords,
  headerWords,
  redirectWords,
  responseWords,
  retryWords,
  rewriteWords,
  sharesOf,
} from './action-words.ts'
import { type Aspect, type Difference, linesDifference, sortedText } from './difference.ts'

type Forward = ForwardAction<string>

/** In what two actions differ; empty only where they are the same. */
export function actionDifferences(from: Action<string>, to: Action<string>): Difference[] {
  const found = toldDifferences(from, to)
  // What has no words of its own is printed as it stands.
  return found.length > 0 ? found : linesDifference('details', [sortedText(from)], [sortedText(to)])
}

function toldDifferences(from: Action<string>, to: Action<string>): Difference[] {
  if (from.kind === 'forward' && to.kind === 'forward') return forwardDifferences(from, to)
  if (from.kind === 'redirect' && to.kind === 'redirect') {
    return [
      ...linesDifference('redirect', [redirectWords(from)], [redirectWords(to)]),
      ...linesDifference('headers', answerHeaders(from), answerHeaders(to)),
    ]
  }
  if (from.kind === 'respond' && to.kind === 'respond') {
    return [
      ...linesDifference('response', [responseWords(from)], [responseWords(to)]),
      ...linesDifference('headers', answerHeaders(from), answerHeaders(to)),
    ]
  }
  return linesDifference('action', [actionWords(from)], [actionWords(to)])
}

function answerHeaders({ responseHeaders }: Exclude<Action<string>, Forward>): string[] {
  return headerWords('response', responseHeaders)
}

/** The words for each field of a route that forwards, but for its destinations: a new field has to get some here. */
const fieldWords: {
  readonly [Field in Exclude<keyof Forward, 'kind' | 'destinations'>]-?: readonly [
    aspect: Aspect,
    words: (action: Forward) => readonly string[],
  ]
} = {
  rewrite: ['rewrite', ({ rewrite }) => (rewrite ? [rewriteWords(rewrite)] : [])],
  authority: ['host rewrite', ({ authority }) => (authority === undefined ? [] : [authority])],
  timeoutMs: ['timeout', ({ timeoutMs }) => [timeoutMs === undefined ? 'none' : `${timeoutMs} ms`]],
  retries: ['retries', ({ retries }) => retryWords(retries ?? defaultRetries)],
  mirrors: ['mirrors', ({ mirrors = [] }) => mirrors.map(({ cluster, percent }) => `${cluster} ${percent} %`)],
  hashKeys: ['key', ({ hashKeys = [] }) => hashKeys.map(hashKeyWords)],
  fault: ['fault', ({ fault }) => (fault ? faultWords(fault) : [])],
  cors: ['cors', ({ cors }) => (cors ? corsWords(cors) : [])],
}

function forwardDifferences(from: Forward, to: Forward): Difference[] {
  return [
    ...destinationDifferences(from.destinations, to.destinations),
    ...Object.values(fieldWords).flatMap(([aspect, words]) => linesDifference(aspect, words(from), words(to))),
    ...linesDifference('headers', destinationHeaders(from), destinationHeaders(to)),
    ...linesDifference('host rewrite', destinationHosts(from), destinationHosts(to)),
  ]
}

type Destinations = readonly WeightedDestination<string>[]

function destinationDifferences(from: Destinations, to: Destinations): Difference[] {
  const before = sharesOf(from)
  const after = sharesOf(to)
  const shares = [...new Set([...after.keys(), ...before.keys()])]
    .map(cluster => ({ cluster, from: before.get(cluster), to: after.get(cluster) }))
    .filter(share => share.from !== share.to)
    .map(({ cluster, from, to }) => ({
      cluster,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    }))
  const isSameSet = shares.every(share => 'from' in share && 'to' in share)
  const aspect = isSameSet ? 'weights' : 'destinations'
  const written = linesDifference(aspect, weightWords(from), weightWords(to))
  // Other weights of the same shares, or the same in another order, are printed as they are written.
  return shares.length === 0 ? written : written.map(difference => ({ ...difference, shares }))
}

function weightWords(destinations: Destinations): string[] {
  if (destinations.length === 1) return [destinations[0]!.cluster]
  return destinations.map(({ cluster, weight }) => `${cluster} weight ${weight}`)
}

/** The header changes of all destinations once, where they have the same ones; else those of each. */
function destinationHeaders({ destinations }: Forward): string[] {
  return ofEach(destinations, ({ headers }) => [
    ...headerWords('request', headers?.request),
    ...headerWords('response', headers?.response),
  ])
}

function destinationHosts({ destinations }: Forward): string[] {
  return ofEach(destinations, ({ authority }) => (authority === undefined ? [] : [authority]))
}

function ofEach(destinations: Destinations, words: (destination: Destinations[number]) => string[]): string[] {
  const lists = destinations.map(words)
  if (lists.every(list => list.join('\n') === lists[0]!.join('\n'))) return lists[0] ?? []
  return lists.flatMap((list, index) => list.map(line => `${destinations[index]!.cluster}: ${line}`))
}
