import { type Decoded, listOf, message, soundItems } from '../schema/message.ts'
import { requiredTextThat } from '../schema/scalar-field.ts'
import { trafficPolicy } from './policy/traffic-policy.ts'
import { subsetName } from './route/destination.ts'
import { exportTo } from './scalar/export-to.ts'
import { checkHost } from './scalar/host.ts'
import { labels, selectorLabels } from './scalar/label.ts'

/** Source: Istio Subset. */
const subset = message(
  'Subset',
  { name: subsetName, labels, trafficPolicy: trafficPolicy.optional() },
  { mainField: 'name' },
)

/** Source: Istio DestinationRule, ValidateDestinationRule. */
export const destinationRule = message(
  'DestinationRule',
  {
    host: requiredTextThat(checkHost),
    trafficPolicy: trafficPolicy.optional(),
    subsets: listOf(subset),
    exportTo,
    workloadSelector: message('WorkloadSelector', { matchLabels: selectorLabels }).optional(),
  },
  {
    between(rule, report, isSound) {
      const first = new Set<string>()
      for (const [index, { name }] of soundItems(rule.subsets, 'subsets', isSound)) {
        if (first.has(name)) {
          const message = `the subset "${name}" is defined twice`
          report({ code: 'SB2005', message, help: 'rename or remove one of them', at: ['subsets', index, 'name'] })
        }
        first.add(name)
      }
    },
  },
)

export type DestinationRule = Decoded<typeof destinationRule>
