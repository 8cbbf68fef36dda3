import type { VirtualServiceResource } from '../config/resource.ts'
import type { FieldPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { type JoinedMatches, joinMatches, type Misfit } from './delegate-match.ts'
import { fullHostName } from './host-name.ts'
import type { HttpMatch, HttpRule } from './http-rule.ts'
import { qualifiedGateway } from './rule-place.ts'
import { visibilityTo } from './visibility.ts'

type Destination = HttpRule['route'][number]['destination']

/** A rule as it is served, and where it was written. */
interface WrittenRule {
  readonly rule: HttpRule
  readonly writtenIn: VirtualServiceResource
  /** The index of the rule there. */
  readonly index: number
  /** The index there of each match; undefined where the match is its root's. */
  readonly matchOrigins: readonly (number | undefined)[]
}

/**
 * The VirtualServices that are served, with their delegates' rules in place of the rules that delegate. Those without
 * hosts are delegates only, and are left out. The spans of a joined rule lead to the delegate that it was written in.
 *
 * Delegation goes one level deep. A rule is left out where its delegate does not exist, is not exported to the
 * namespace of its root, or has no rule that fits. Source: Istio's mergeVirtualServicesIfNeeded.
 */
export function joinDelegates(virtualServices: readonly VirtualServiceResource[]): VirtualServiceResource[] {
  const delegates = delegatesByName(virtualServices)
  return virtualServices
    .filter(({ spec }) => spec.hosts.length > 0)
    .map(root => (delegatingRules(root).length > 0 ? joined(root, delegates) : root))
}

/** The numbers of the rules that delegate. */
export const delegatingRules = rememberedAs('delegating rules', ({ spec }: VirtualServiceResource) =>
  [...spec.http.keys()].filter(index => spec.http[index]!.delegate),
)

/** The VirtualServices that can be delegated to, by `namespace/name`. */
export function delegatesByName(
  virtualServices: readonly VirtualServiceResource[],
): ReadonlyMap<string, VirtualServiceResource> {
  const delegates = virtualServices.filter(({ spec }) => spec.hosts.length === 0)
  return new Map(delegates.map(delegate => [`${delegate.namespace}/${delegate.name}`, delegate]))
}

/** `namespace/name` of the delegate that a rule of `root` names: in the root's namespace unless it says otherwise. */
export function delegateName({ name, namespace }: NonNullable<HttpRule['delegate']>, root: { namespace: string }) {
  return `${namespace || root.namespace}/${name}`
}

function joined(
  root: VirtualServiceResource,
  delegates: ReadonlyMap<string, VirtualServiceResource>,
): VirtualServiceResource {
  const rules = root.spec.http.flatMap((rule, index): WrittenRule[] => {
    if (!rule.delegate) {
      const named = { ...rule, name: rule.name || fallbackName(root, index) }
      return [{ rule: named, writtenIn: root, index, matchOrigins: rule.match.map((_, match) => match) }]
    }
    const delegate = delegates.get(delegateName(rule.delegate, root))
    if (!delegate || visibilityTo(root.namespace, delegate) === 'hidden') return []
    return delegate.spec.http.flatMap((_, childIndex) => {
      const child = joinRule(root, rule, delegate, childIndex)
      return 'rule' in child ? [child] : []
    })
  })
  const joinedRoot: VirtualServiceResource = {
    ...root,
    spec: { ...root.spec, http: rules.map(({ rule }) => rule) },
    spanOf: path => follow(root, rules, path, 'spanOf'),
    keySpanOf: path => follow(root, rules, path, 'keySpanOf'),
  }
  writtenRules.set(joinedRoot, rules)
  return joinedRoot
}

const writtenRules = new WeakMap<VirtualServiceResource, readonly WrittenRule[]>()

/** Where a rule was written: a VirtualService and the path there. */
export interface WrittenPlace {
  readonly resource: VirtualServiceResource
  readonly path: FieldPath
  /** The index of the rule in that VirtualService. */
  readonly ruleIndex: number
}

/**
 * Where a rule of a served VirtualService was written, or one match of it: perhaps in a delegate. A match that is the
 * root's own leads to the delegate's rule.
 */
export function writtenPlace(served: VirtualServiceResource, ruleIndex: number, matchIndex?: number): WrittenPlace {
  const written = writtenRules.get(served)?.[ruleIndex]
  const resource = written?.writtenIn ?? served
  const index = written?.index ?? ruleIndex
  const match = written && matchIndex !== undefined ? written.matchOrigins[matchIndex] : matchIndex
  const path = ['spec', 'http', index, ...(match === undefined ? [] : ['match', match])]
  return { resource, path, ruleIndex: index }
}

function fallbackName({ name }: VirtualServiceResource, index: number): string {
  return `${name}.http[${index}]`
}

/**
 * A rule of a delegate under the rule of its root, or what keeps the two apart. Conditions of both must hold. What the
 * delegate's rule does not set it takes from the root's, field by field: `headers` all or nothing, `redirect` never.
 * Source: Istio's mergeHTTPRoute.
 */
export function joinRule(
  root: VirtualServiceResource,
  rootRule: HttpRule,
  delegate: VirtualServiceResource,
  index: number,
): WrittenRule | Misfit {
  const above = resolved(rootRule, root)
  const below = resolved(delegate.spec.http[index]!, delegate)
  const join: JoinedMatches | Misfit = joinMatches(above.match, below.match)
  if (!('matches' in join)) return join
  const name = above.name && below.name ? `${above.name}-${below.name}` : below.name || above.name
  const rule = {
    ...below,
    name: name || fallbackName(delegate, index),
    match: join.matches,
    mirrors: below.mirrors.length > 0 ? below.mirrors : above.mirrors,
    ...inherited(above, below),
  }
  return { rule, writtenIn: delegate, index, matchOrigins: join.origins }
}

const inheritedFields = [
  'rewrite',
  'directResponse',
  'timeout',
  'retries',
  'fault',
  'mirror',
  'mirrorPercent',
  'mirrorPercentage',
  'corsPolicy',
  'headers',
] as const satisfies readonly (keyof HttpRule)[]

function inherited(above: HttpRule, below: HttpRule): Partial<HttpRule> {
  const fields = inheritedFields.filter(field => below[field] === undefined && above[field] !== undefined)
  return Object.fromEntries(fields.map(field => [field, above[field]]))
}

/** A rule whose short names are completed: once joined, it no longer shows which namespace they were written in. */
function resolved(rule: HttpRule, { namespace }: VirtualServiceResource): HttpRule {
  const inFull = (destination: Destination) => ({ ...destination, host: fullHostName(destination.host, namespace) })
  return {
    ...rule,
    match: rule.match.map(
      (match): HttpMatch => ({ ...match, gateways: match.gateways.map(name => qualifiedGateway(name, namespace)) }),
    ),
    route: rule.route.map(weighted => ({ ...weighted, destination: inFull(weighted.destination) })),
    mirrors: rule.mirrors.map(mirror => ({
      ...mirror,
      ...(mirror.destination && { destination: inFull(mirror.destination) }),
    })),
    ...(rule.mirror && { mirror: inFull(rule.mirror) }),
  }
}

/** Follows a path into the joined rules to the text that they were written in. */
function follow(
  root: VirtualServiceResource,
  rules: readonly WrittenRule[],
  path: FieldPath,
  method: 'spanOf' | 'keySpanOf',
) {
  const [spec, http, ruleIndex, ...rest] = path
  const written = spec === 'spec' && http === 'http' ? rules[Number(ruleIndex)] : undefined
  if (!written) return root[method](path)
  const { writtenIn, index, matchOrigins } = written
  const [field, matchIndex, ...below] = rest
  if (field !== 'match') return writtenIn[method](['spec', 'http', index, ...rest])
  const origin = matchOrigins[Number(matchIndex)]
  // A match that is the root's own: the rule itself is the nearest that was written in the delegate.
  if (origin === undefined) return writtenIn[method](['spec', 'http', index])
  return writtenIn[method](['spec', 'http', index, 'match', origin, ...below])
}
