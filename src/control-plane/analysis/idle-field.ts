import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { longestTimerMs } from '../../fib/timer.ts'
import { type AnyResource, type FieldPath, formatPath, type VirtualServiceResource } from '../config/resource.ts'
import type { HttpRule } from '../translate/http-match.ts'
import type { AnalysisContext } from './analyze.ts'

/** A field that has nothing to act on, and why. */
interface Idle {
  readonly path: FieldPath
  readonly why: string
}

/**
 * Fields that have an effect, but not as they stand (SB6001): how to forward in a rule that does not, a share of
 * copies that nobody gets, a time limit that never comes. Istio takes them and says nothing.
 */
export function findIdleFields({ config }: AnalysisContext): Diagnostic[] {
  const { mesh, virtualServices } = config
  return [
    // Of a damaged resource, what the field would need may be what could not be read.
    ...virtualServices
      .filter(({ isDamaged }) => !isDamaged)
      .flatMap(each => idleIn(each).map(idle => tell(each, idle))),
    ...(mesh
      ? endlessTry(mesh.spec.defaultHttpRetryPolicy, ['defaultHttpRetryPolicy']).map(idle => tell(mesh, idle))
      : []),
  ]
}

function tell(resource: Pick<AnyResource, 'title' | 'keySpanOf'>, { path, why }: Idle): Diagnostic {
  return diagnose('SB6001', {
    message: `\`${path.at(-1)}\` has no effect here`,
    why,
    help: 'remove it',
    span: resource.keySpanOf(path),
    path: formatPath(path),
    resource: resource.title,
  })
}

const forwarding = ['timeout', 'retries', 'mirror', 'mirrors', 'mirrorPercent', 'mirrorPercentage'] as const
const percentages = ['mirrorPercent', 'mirrorPercentage'] as const

function idleIn({ spec }: VirtualServiceResource): Idle[] {
  return spec.http.flatMap((rule, index) => {
    const path: FieldPath = ['spec', 'http', index]
    if (rule.redirect || rule.directResponse) {
      const why = 'the rule answers by itself, and forwards nothing'
      return forwarding.filter(field => isWritten(rule, field)).map(field => ({ path: [...path, field], why }))
    }
    // A root's percentage may be for a mirror of its delegate, and the other way round.
    const mayBeJoined = rule.delegate !== undefined || spec.hosts.length === 0
    return [
      ...(isEndless(rule.timeout) ? [{ path: [...path, 'timeout'], why: endless }] : []),
      ...endlessTry(rule.retries, [...path, 'retries']),
      ...(rule.mirror || mayBeJoined ? [] : lonePercentages(rule, path)),
    ]
  })
}

function isWritten(rule: HttpRule, field: (typeof forwarding)[number]): boolean {
  return field === 'mirrors' ? rule.mirrors.length > 0 : rule[field] !== undefined
}

function lonePercentages(rule: HttpRule, path: FieldPath): Idle[] {
  const why =
    rule.mirrors.length > 0
      ? 'each of `mirrors` has a `percentage` of its own'
      : 'the rule has no `mirror` to go with it'
  return percentages.filter(field => isWritten(rule, field)).map(field => ({ path: [...path, field], why }))
}

function endlessTry(retries: HttpRule['retries'], path: FieldPath): Idle[] {
  return isEndless(retries?.perTryTimeout) ? [{ path: [...path, 'perTryTimeout'], why: endless }] : []
}

function isEndless(ms: number | undefined): boolean {
  return ms !== undefined && ms > longestTimerMs
}

const endless = 'no request lives for 24 days: it is as good as no limit'
