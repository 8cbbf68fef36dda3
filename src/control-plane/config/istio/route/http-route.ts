import { listOf, message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { text } from '../../schema/scalar-field.ts'
import { duration } from '../scalar/duration.ts'
import { isAuthorityHeader } from '../scalar/header-name.ts'
import { percent, wholePercent } from '../scalar/percent.ts'
import { checkWeights, weight } from '../scalar/weight.ts'
import { corsPolicy } from './cors.ts'
import { delegate } from './delegate.ts'
import { destination } from './destination.ts'
import { directResponse } from './direct-response.ts'
import { fault } from './fault.ts'
import { type HeaderOperations, headerOperations } from './header-operations.ts'
import { httpMatch } from './http-match.ts'
import { mirrorPolicy } from './mirror.ts'
import { redirect } from './redirect.ts'
import { retry } from './retry.ts'
import { rewrite } from './rewrite.ts'

/** One weighted destination of a route. Source: Istio HTTPRouteDestination. */
const httpRouteDestination = message(
  'HTTPRouteDestination',
  { destination, weight: weight.optional(), headers: headerOperations.optional() },
  { mainField: 'destination' },
)

const actions = ['route', 'redirect', 'directResponse', 'delegate'] as const

/** What an action cannot stand beside. Source: Istio validateHTTPRouteConflict. */
const exclusions = {
  delegate: ['route', 'redirect'],
  redirect: ['route', 'directResponse', 'fault', 'rewrite'],
  directResponse: ['route', 'fault', 'rewrite'],
  mirror: ['mirrors'],
} as const
const excluding = Object.entries(exclusions) as readonly [Field, readonly Field[]][]

/** One rule of a VirtualService. Source: Istio HTTPRoute. */
export const httpRoute = message(
  'HTTPRoute',
  {
    name: text.optional(),
    match: listOf(httpMatch),
    route: listOf(httpRouteDestination),
    redirect: redirect.optional(),
    directResponse: directResponse.optional(),
    delegate: delegate.optional(),
    rewrite: rewrite.optional(),
    timeout: duration.optional(),
    retries: retry.optional(),
    fault: fault.optional(),
    mirror: destination.optional(),
    mirrors: listOf(mirrorPolicy),
    mirrorPercent: wholePercent.optional(),
    mirrorPercentage: percent.optional(),
    corsPolicy: corsPolicy.optional(),
    headers: headerOperations.optional(),
  },
  {
    mainField: 'route',
    deprecated: { mirrorPercent: 'write `mirrorPercentage: {value: …}`' },
    needs: [
      {
        oneOf: actions,
        message: 'a rule needs one of `route`, `redirect`, `directResponse` and `delegate`',
        help: 'add one of them; if it is in the next item, remove the "- " before it',
      },
    ],
    standIn: { instead: matchingAlike, lost: 'route' },
    presence: checkExclusions,
    between(rule, report, isSound) {
      if (isSound('route')) checkWeights('route', rule.route, report)
      if (isSound('rewrite') && isSound('headers')) checkAuthorityOnce(rule.rewrite?.authority, rule.headers, report)
    },
  },
)

type Field = keyof typeof exclusions | (typeof exclusions)[keyof typeof exclusions][number]

/** A rule that takes the requests which another one takes, whatever that one does with them. */
function matchingAlike(rule: unknown): object {
  const match =
    typeof rule === 'object' && rule !== null && Object.hasOwn(rule, 'match') ? Reflect.get(rule, 'match') : []
  return { match, directResponse: { status: 503 } }
}

function checkExclusions(has: (field: Field) => boolean, report: Report): void {
  for (const [field, others] of excluding) {
    if (!has(field)) continue
    for (const other of others.filter(has)) {
      report({
        code: 'SB2005',
        message: `\`${field}\` and \`${other}\` exclude each other`,
        help: `remove one of them, or make two rules`,
        at: [other === 'route' || other === 'mirrors' ? field : other],
        meansKey: true,
      })
    }
  }
}

/** Source: Istio validateAuthorityRewrite. */
function checkAuthorityOnce(
  authority: string | undefined,
  headers: HeaderOperations | undefined,
  report: Report,
): void {
  let isSet = Boolean(authority)
  for (const operation of ['set', 'add'] as const) {
    for (const name of Object.keys(headers?.request?.[operation] ?? {})) {
      if (!isAuthorityHeader(name)) continue
      if (isSet) {
        report({
          code: 'SB2005',
          message: 'the authority is rewritten twice',
          help: 'keep `rewrite.authority`, or one header',
          at: ['headers', 'request', operation, name],
          meansKey: true,
        })
      }
      isSet = true
    }
  }
}
