import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import type { MatchField, Misfit } from '../resolve/delegate-match.ts'
import { delegateName, delegatesByName, delegatingRules, joinRule } from '../resolve/delegates.ts'
import { type HttpMatch, type HttpRule, namedMatchFields } from '../resolve/http-rule.ts'
import { visibilityTo } from '../resolve/visibility.ts'
import type { AnalysisContext } from './context.ts'
import { Suggestions } from './suggestions.ts'

/** A rule that delegates, and the VirtualService that it stands in. */
interface Delegation {
  readonly root: VirtualServiceResource
  readonly rule: HttpRule
  readonly index: number
}

/**
 * Rules that delegate to what is no delegate of theirs (IST0101; SB3001 where it may be in files of another namespace,
 * of which there are none here), and rules of delegates that do not fit under the
 * rule that delegates to them (SB5002). Istio leaves either out and says nothing.
 */
export function findDelegateFaults({ config, damagedTypes }: AnalysisContext): Diagnostic[] {
  const delegates = delegatesByName(config.virtualServices)
  const known = {
    byName: new Map(config.virtualServices.map(each => [`${each.namespace}/${each.name}`, each])),
    namespaces: new Set(config.virtualServices.map(({ namespace }) => namespace)),
    names: Map.groupBy(delegates.keys(), name => name.slice(name.indexOf('/') + 1)),
    suggestions: new Suggestions(delegates.keys()),
  }
  const delegations = config.virtualServices
    .filter(({ spec }) => spec.hosts.length > 0)
    .flatMap(root => delegatingRules(root).map((index): Delegation => ({ root, rule: root.spec.http[index]!, index })))
  return delegations.flatMap(delegation => {
    const { rule, root } = delegation
    if (!rule.delegate) return []
    const delegate = delegates.get(delegateName(rule.delegate, root))
    if (delegate && visibilityTo(root.namespace, delegate) !== 'hidden') return misfits(delegation, delegate)
    return damagedTypes.has('VirtualService.networking.istio.io') ? [] : [noDelegate(delegation, delegate, known)]
  })
}

/** The VirtualServices that there are. */
interface KnownNames {
  readonly byName: ReadonlyMap<string, VirtualServiceResource>
  readonly namespaces: ReadonlySet<string>
  /** By name, those that can be delegated to. */
  readonly names: ReadonlyMap<string, readonly string[]>
  /** Among those that can be delegated to. */
  readonly suggestions: Suggestions
}

function noDelegate(
  { root, rule, index }: Delegation,
  delegate: VirtualServiceResource | undefined,
  known: KnownNames,
): Diagnostic {
  const name = delegateName(rule.delegate!, root)
  const path = ['spec', 'http', index, 'delegate', 'name']
  const facts = {
    span: root.spanOf(path),
    path: formatPath(path),
    resource: root.title,
    why: 'the rule is ignored, and later rules take its requests',
  }
  if (delegate) {
    return diagnose('IST0101', {
      message: `${delegate.title} is not exported to the namespace "${root.namespace}"`,
      help: `add "${root.namespace}" to its exportTo`,
      ...facts,
    })
  }
  const namesake = known.byName.get(name)
  if (namesake) {
    return diagnose('IST0101', {
      message: `${namesake.title} has hosts, so no rule can delegate to it`,
      help: 'remove its hosts and gateways, or route to its destinations here',
      related: [{ message: 'its hosts', span: namesake.keySpanOf(['spec', 'hosts']) }],
      ...facts,
    })
  }
  const namesakes = known.names.get(rule.delegate!.name) ?? []
  const suggestion = known.suggestions.nearest(name) ?? (namesakes.length === 1 ? namesakes[0] : undefined)
  const namespace = name.slice(0, name.indexOf('/'))
  const isElsewhere = !suggestion && !known.namespaces.has(namespace) && !known.names.has(rule.delegate!.name)
  if (isElsewhere) {
    return diagnose('SB3001', {
      message: `no VirtualService is called "${name}", and there is no other in the namespace "${namespace}"`,
      label: 'not here',
      help: `add the files of the namespace "${namespace}", if it is another team's`,
      ...facts,
    })
  }
  return diagnose('IST0101', {
    message: `no VirtualService is called "${name}"`,
    label: suggestion ? `did you mean "${suggestion}"?` : 'unknown delegate',
    help: suggestion
      ? `write {name: ${suggestion.slice(suggestion.indexOf('/') + 1)}, namespace: ${suggestion.slice(0, suggestion.indexOf('/'))}}`
      : 'name a VirtualService without hosts, with its namespace where that is another one',
    ...facts,
  })
}

function misfits(delegation: Delegation, delegate: VirtualServiceResource): Diagnostic[] {
  return delegate.spec.http.flatMap((child, index) => {
    const joined = joinRule(delegation.root, delegation.rule, delegate, index)
    return 'conflicts' in joined ? [misfit(delegation, delegate, child, index, joined)] : []
  })
}

function misfit(
  { root, rule, index }: Delegation,
  delegate: VirtualServiceResource,
  child: HttpRule,
  childIndex: number,
  { matchIndex, conflicts }: Misfit,
): Diagnostic {
  const matchPath: FieldPath = ['spec', 'http', childIndex, 'match', matchIndex]
  const path = [...matchPath, ...conflicts[0]!]
  return diagnose('SB5002', {
    message: `${conflictText(child.match[matchIndex]!, conflicts[0]!)} does not fit under ${root.title}, which delegates here`,
    span: delegate.spanOf(path),
    label: `not under ${conflictText(rule.match[0]!, conflicts[0]!)}`,
    path: formatPath(path),
    resource: delegate.title,
    why: 'the whole rule is ignored there: a delegate can only narrow what its root matches',
    help: 'narrow the match to what the root matches, remove the condition, or give the rule to another root',
    related: conflicts.map(([field], rootMatch) => ({
      message: 'a match of its root',
      span: root.spanOf(['spec', 'http', index, 'match', rootMatch, field!]),
    })),
  })
}

/** A condition in the words of the YAML: `uri.prefix "/cart"`, or its name alone where it holds no text. */
function conflictText(match: HttpMatch, [field, ...rest]: MatchField): string {
  const condition = match[field as keyof HttpMatch]
  const isMap = namedMatchFields.some(each => each === field)
  const named = isMap ? (condition as HttpMatch['headers'])[rest[0]!] : condition
  const place = isMap ? formatPath([field!, rest[0]!]) : field!
  if (typeof named !== 'object' || named === null || Array.isArray(named)) {
    return named === undefined ? `no \`${place}\`` : `\`${place}\``
  }
  const [alternative, text] = Object.entries(named).find(([, value]) => typeof value === 'string') ?? []
  return alternative ? `${place}.${alternative} "${text}"` : `\`${place}\``
}
