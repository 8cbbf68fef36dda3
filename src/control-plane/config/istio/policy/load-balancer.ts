import { enumeration } from '../../schema/enumeration.ts'
import { listOf, message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { decimalNumber, requiredText, scalarField, text, truth, wholeNumber } from '../../schema/scalar-field.ts'
import { duration, durationOrZero } from '../scalar/duration.ts'
import { localityLbSetting, zoneAwareLbSetting } from './locality.ts'

const size = wholeNumber({ from: 0, to: Number.MAX_SAFE_INTEGER })
const largestMaglevTable = 5_000_010

const maglevTable = scalarField({ type: 'integer' }, (written, report) => {
  const parsed = size.safeParse(written)
  if (!parsed.success) report({ code: 'SB2002', expected: 'a whole number' })
  else if (parsed.data > largestMaglevTable || !isPrime(parsed.data)) {
    const help = 'write for example 65537'
    report({
      code: 'SB2004',
      message: `a Maglev table has a prime number of places, at most ${largestMaglevTable}`,
      help,
    })
  }
  return parsed.data ?? 0
})

/** Source: Istio LoadBalancerSettings.ConsistentHashLB.HTTPCookie. */
const httpCookie = message(
  'ConsistentHashLB.HTTPCookie',
  {
    name: requiredText('the name of the cookie'),
    path: text.optional(),
    ttl: durationOrZero.optional(),
    attributes: listOf(
      message('ConsistentHashLB.HTTPCookie.Attribute', {
        name: requiredText('the name of a cookie attribute'),
        value: text.optional(),
      }),
    ),
  },
  { mainField: 'name', values: ({ attributes }, report) => checkAttributes(attributes, report) },
)

const hashKeys = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'] as const
const hashAlgorithms = ['ringHash', 'maglev', 'minimumRingSize'] as const

/** Source: Istio LoadBalancerSettings.ConsistentHashLB. */
const consistentHash = message(
  'ConsistentHashLB',
  {
    httpHeaderName: text.optional(),
    httpCookie: httpCookie.optional(),
    useSourceIp: truth.optional(),
    httpQueryParameterName: text.optional(),
    ringHash: message('ConsistentHashLB.RingHash', { minimumRingSize: size.optional() }).optional(),
    maglev: message('ConsistentHashLB.MagLev', { tableSize: maglevTable }).optional(),
    minimumRingSize: size.optional(),
  },
  {
    deprecated: { minimumRingSize: 'write `ringHash: {minimumRingSize: …}`' },
    presence(has, report) {
      for (const [first, second] of [hashKeys.filter(has), hashAlgorithms.filter(has)]) {
        if (first === undefined || second === undefined) continue
        report({
          code: 'SB2005',
          message: `\`${first}\` and \`${second}\` exclude each other`,
          help: 'keep one of them',
          at: [second],
          meansKey: true,
        })
      }
    },
  },
)

/** Source: Istio WarmupConfiguration. */
const warmup = message(
  'WarmupConfiguration',
  {
    duration,
    minimumPercent: decimalNumber({ from: 0, to: 100 }).optional(),
    aggression: decimalNumber({ from: 0, to: Number.MAX_VALUE }).optional(),
  },
  {
    mainField: 'duration',
    values({ aggression }, report) {
      if (aggression === 0)
        report({ code: 'SB2004', message: 'the aggression must be more than 0', at: ['aggression'] })
    },
  },
)

/** Source: Istio LoadBalancerSettings, validateLoadBalancer. */
export const loadBalancer = message(
  'LoadBalancerSettings',
  {
    simple: enumeration({
      UNSPECIFIED: 0,
      LEAST_CONN: 1,
      RANDOM: 2,
      PASSTHROUGH: 3,
      ROUND_ROBIN: 4,
      LEAST_REQUEST: 5,
    }).optional(),
    consistentHash: consistentHash.optional(),
    localityLbSetting: localityLbSetting.optional(),
    zoneAwareLbSetting: zoneAwareLbSetting.optional(),
    warmupDurationSecs: duration.optional(),
    warmup: warmup.optional(),
  },
  {
    mainField: 'simple',
    deprecated: { warmupDurationSecs: 'write `warmup: {duration: …}`' },
    presence(has, report) {
      const pairs = [
        ['simple', 'consistentHash'],
        ['localityLbSetting', 'zoneAwareLbSetting'],
        ['warmup', 'warmupDurationSecs'],
      ] as const
      for (const [first, second] of pairs) {
        if (!has(first) || !has(second)) continue
        const message = `\`${first}\` and \`${second}\` exclude each other`
        report({ code: 'SB2005', message, at: [second], meansKey: true })
      }
    },
  },
)

function checkAttributes(attributes: readonly { readonly name: string }[], report: Report): void {
  const seen = new Set<string>()
  for (const [index, { name }] of attributes.entries()) {
    if (seen.has(name)) {
      report({ code: 'SB2005', message: `the attribute "${name}" is listed twice`, at: ['attributes', index, 'name'] })
    }
    seen.add(name)
  }
}

/** Trial division: the number is at most `largestMaglevTable`. */
function isPrime(number: number): boolean {
  if (number < 4) return number > 1
  if (number % 2 === 0) return false
  for (let factor = 3; factor * factor <= number; factor += 2) if (number % factor === 0) return false
  return true
}
