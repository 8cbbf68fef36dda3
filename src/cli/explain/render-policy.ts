import type { Paint } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { isByKey } from '../../fib/balancing.ts'
import { defaultBackoffMs } from '../../fib/retry.ts'
import { balancingWords, hashKeyWords, limitWords, outlierWords } from '../words/balancing-words.ts'
import { cutList } from './cut-list.ts'
import type { Decision, MirrorShare, RetryFacts, RoutePolicy } from './decision.ts'

/** What a route does beside its action: how long and how often it tries, who gets a copy, faults and CORS. */
export function policyLines({ policy, outcome }: Decision, paint: Paint): string[] {
  if (!policy) return []
  const { timeoutMs, retries, balancing, outlierDetection, mirrors = [], fault, cors } = policy
  const timeout = timeoutMs === undefined ? 'no timeout' : `timeout ${timeoutMs} ms`
  const lines = [`${timeout} · ${retryText(retries)}`]
  if (balancing) lines.push(visible(balancingText(balancing)))
  if (outlierDetection) lines.push(`outliers ejected ${outlierWords(outlierDetection).join(', ')}`)
  const limits = limitWords(policy)
  if (limits.length > 0) lines.push(`limited: ${limits.join(', ')}`)
  for (const each of cutList(mirrors, ({ isDrawn }) => isDrawn)) {
    if ('item' in each) lines.push(mirrorLine(each.item, outcome.kind === 'forward'))
    else lines.push(paint('dim', `… ${each.leftOut} more`))
  }
  if (fault?.delay) lines.push(`fault delay ${fault.delay.durationMs} ms   ${shareText(fault.delay)}`)
  if (fault?.abort) lines.push(`fault abort ${fault.abort.status}   ${shareText(fault.abort)}`)
  if (cors) lines.push(`cors   ${corsEffects[cors.effect]}`)
  return lines
}

/** `retries 2 on connect-failure,503, per try 1000 ms (route)`; of the rest, what is not as by default. */
function retryText({ attempts, on, statuses, perTryTimeoutMs, backoffMs, avoidsTriedEndpoints, source }: RetryFacts) {
  if (attempts === 0) return `retries off (${source})`
  // Statuses speak for themselves.
  const conditions = statuses.length > 0 ? on.filter(condition => condition !== 'retriable-status-codes') : on
  const details = [
    `retries ${attempts} on ${[...conditions, ...statuses].join(',')}`,
    ...(perTryTimeoutMs === undefined ? [] : [`per try ${perTryTimeoutMs} ms`]),
    ...(backoffMs === defaultBackoffMs ? [] : [`backoff ${backoffMs} ms`]),
    ...(avoidsTriedEndpoints ? [] : ['also at endpoints that were tried']),
  ]
  return `${details.join(', ')} (${source})`
}

/** `balanced by key, ring of 1024: header x-user`; without a key, chance leads where keys would. */
function balancingText({ keys = [], ...balancing }: NonNullable<RoutePolicy['balancing']>): string {
  const key = isByKey(balancing) ? `: ${keys.map(hashKeyWords).join(' and ') || 'no key is named'}` : ''
  return `balanced ${balancingWords(balancing)}${key}`
}

function mirrorLine({ cluster, percent, isDrawn, missing }: MirrorShare, isForwarded: boolean): string {
  const fate = missing
    ? `not sent: ${missing === 'cluster' ? 'nothing declares it' : 'it has no endpoint'}`
    : isForwarded
      ? drawnText(isDrawn)
      : 'no copy: the request is not forwarded'
  return visible(`mirror → ${cluster}   ${percent} %, ${fate}`)
}

function shareText({ percent, isDrawn }: { readonly percent: number; readonly isDrawn: boolean }): string {
  return `${percent} %, ${drawnText(isDrawn)}`
}

function drawnText(isDrawn: boolean): string {
  return isDrawn ? 'drawn' : 'not drawn'
}

const corsEffects = {
  none: 'no effect on this request',
  headers: 'the origin is allowed',
  'preflight-answered': 'the preflight gets a local reply',
} as const
