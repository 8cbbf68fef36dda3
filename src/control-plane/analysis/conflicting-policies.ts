import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { DestinationRuleResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { fullHostName } from '../resolve/host-name.ts'
import { inIstioOrder } from '../resolve/resource-order.ts'
import type { AnalysisContext } from './context.ts'

/**
 * DestinationRules of one namespace for one host that do not say the same (SB4003). Those that are exported alike are
 * merged: of two traffic policies, and of two subsets with one name, only the first counts. Of those that are exported
 * differently, only one is asked at all.
 */
export function findConflictingPolicies({ config }: AnalysisContext): Diagnostic[] {
  const sound = config.destinationRules.filter(({ isDamaged }) => !isDamaged)
  const byHost = Map.groupBy(inIstioOrder(sound), ({ namespace, spec }) =>
    JSON.stringify([namespace, fullHostName(spec.host, namespace), spec.workloadSelector?.matchLabels]),
  )
  return [...byHost.values()].filter(rules => rules.length > 1).flatMap(judge)
}

function judge(rules: readonly DestinationRuleResource[]): Diagnostic[] {
  const findings: Diagnostic[] = []
  const [oldest] = rules
  const first: { policy?: DestinationRuleResource; subsets: Map<string, Subset> } = { subsets: new Map() }
  for (const rule of rules) {
    const { spec } = rule
    if (audience(rule) !== audience(oldest!)) {
      findings.push(exportedApart(oldest!, rule))
      continue
    }
    if (spec.trafficPolicy && first.policy && !areSame(spec.trafficPolicy, first.policy.spec.trafficPolicy)) {
      findings.push(secondPolicy(first.policy, rule))
    }
    if (spec.trafficPolicy) first.policy ??= rule
    for (const [index, subset] of spec.subsets.entries()) {
      const known = first.subsets.get(subset.name)
      if (!known) first.subsets.set(subset.name, { rule, index })
      else if (known.rule !== rule && !areSame(subset, known.rule.spec.subsets[known.index])) {
        findings.push(secondSubset(known, { rule, index }, subset.name))
      }
    }
  }
  return findings
}

interface Subset {
  readonly rule: DestinationRuleResource
  readonly index: number
}

const merged = 'the older DestinationRule (then, by name) takes precedence where two are merged'

function secondPolicy(first: DestinationRuleResource, second: DestinationRuleResource): Diagnostic {
  const path = ['spec', 'trafficPolicy']
  return finding(second, path, {
    message: `${first.title} has another traffic policy for "${second.spec.host}", and only that one counts`,
    why: merged,
    related: [{ message: 'the policy that counts', span: first.keySpanOf(path) }],
  })
}

function secondSubset(first: Subset, second: Subset, name: string): Diagnostic {
  return finding(second.rule, ['spec', 'subsets', second.index, 'name'], {
    message: `the subset "${name}" of "${second.rule.spec.host}" is defined differently in ${first.rule.title}, and only that one counts`,
    why: merged,
    related: [{ message: 'the subset that counts', span: first.rule.spanOf(['spec', 'subsets', first.index, 'name']) }],
  })
}

function exportedApart(first: DestinationRuleResource, second: DestinationRuleResource): Diagnostic {
  return finding(second, ['spec', 'host'], {
    message: `${first.title} is for "${second.spec.host}" too, and is exported to others`,
    why: 'DestinationRules are merged only where their exportTo is the same: a client that sees both uses one of them',
    related: [{ message: 'the other one', span: first.spanOf(['spec', 'host']) }],
  })
}

function finding(
  rule: DestinationRuleResource,
  path: FieldPath,
  words: Pick<Diagnostic, 'message' | 'why' | 'related'>,
): Diagnostic {
  const isBlock = path.at(-1) === 'trafficPolicy'
  return diagnose('SB4003', {
    ...words,
    span: isBlock ? rule.keySpanOf(path) : rule.spanOf(path),
    path: formatPath(path),
    resource: rule.title,
    help: 'put the DestinationRules of one host into one',
  })
}

function audience({ spec }: DestinationRuleResource): string {
  return [...new Set(spec.exportTo)].sort().join()
}

function areSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
