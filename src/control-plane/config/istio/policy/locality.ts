import { type Decoded, listOf, mapOf, message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { text, truth, wholeNumber } from '../../schema/scalar-field.ts'

const shares = mapOf(wholeNumber({ from: 1, to: 100 }))
const failover = message('LocalityLoadBalancerSetting.Failover', { from: text.optional(), to: text.optional() })

/** Source: Istio LocalityLoadBalancerSetting, ValidateLocalityLbSetting. */
export const localityLbSetting = message(
  'LocalityLoadBalancerSetting',
  {
    distribute: listOf(message('LocalityLoadBalancerSetting.Distribute', { from: text.optional(), to: shares })),
    failover: listOf(failover),
    failoverPriority: listOf(text),
    enabled: truth.optional(),
  },
  {
    mainField: 'enabled',
    presence(has, report) {
      if (!has('distribute') || !has('failover')) return
      report({
        code: 'SB2005',
        message: '`distribute` and `failover` exclude each other',
        at: ['failover'],
        meansKey: true,
      })
    },
    values({ distribute, failover: failovers }, report) {
      for (const [index, { from = '', to }] of distribute.entries()) {
        const path = ['distribute', index] as const
        const sum = Object.values(to).reduce((total, share) => total + share, 0)
        if (sum !== 100) {
          report({
            code: 'SB2004',
            message: `the shares sum to ${sum}, not to 100`,
            at: [...path, 'to'],
            meansKey: true,
          })
        }
        checkLocality(from, [...path, 'from'], report)
        for (const locality of Object.keys(to)) checkLocality(locality, [...path, 'to', locality], report)
      }
      checkFailovers(failovers, report)
    },
  },
)

/** Source: istio/api ZoneAwareLoadBalancerSetting. */
export const zoneAwareLbSetting = message(
  'ZoneAwareLoadBalancerSetting',
  {
    enabled: truth.optional(),
    failover: listOf(failover),
    failoverPriority: listOf(text),
    minClusterSize: wholeNumber({ from: 0, to: Number.MAX_SAFE_INTEGER }).optional(),
  },
  { mainField: 'enabled', values: (setting, report) => checkFailovers(setting.failover, report) },
)

/** A locality is `region/zone/subzone`, where the end may be `*`. */
function checkLocality(locality: string, at: readonly (string | number)[], report: Report): void {
  if (/^(?:\*|[^*/]+(?:\/[^*/]+){0,2}|[^*/]+(?:\/[^*/]+)?\/\*)$/.test(locality)) return
  report({
    code: 'SB2004',
    message: `"${locality}" is not a locality`,
    help: 'write region/zone/subzone, or region/*',
    at,
  })
}

function checkFailovers(failovers: readonly Decoded<typeof failover>[], report: Report): void {
  for (const [index, { from = '', to = '' }] of failovers.entries()) {
    const at = ['failover', index]
    if (from === to) report({ code: 'SB2004', message: 'a failover needs two different regions', at })
    for (const region of [from, to]) {
      if (!/[/*]/.test(region)) continue
      report({
        code: 'SB2004',
        message: `"${region}" is not a region alone`,
        help: 'write the region without its zone',
        at,
      })
    }
  }
}
