import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { longestTimerMs } from '../../fib/timer.ts'
import { isTlsProtocol } from '../config/istio/scalar/port.ts'
import type { AnyResource, GatewayResource, VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { asksForCertificate, unverifiedFields } from '../resolve/client-certificate.ts'
import { httpProtocol } from '../resolve/gateway-servers.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/** A field that has nothing to act on, and why. */
interface Idle {
  readonly path: FieldPath
  readonly why: string
  readonly help?: string
}

/**
 * Fields that have an effect, but not as they stand (SB6007): how to forward in a rule that does not, a share of
 * copies that nobody gets, a time limit that never comes, whose certificate a server takes that asks for none, a
 * fault without an answer. Istio takes most of them and says nothing.
 */
export function findIdleFields({ config }: ResourceContext): Diagnostic[] {
  const { mesh, virtualServices, gateways } = config
  return [
    ...virtualServices.flatMap(idleFieldsIn),
    // Of a damaged resource, what the field would need may be what could not be read.
    ...gateways
      .filter(({ isDamaged }) => !isDamaged)
      .flatMap(each => idleInServers(each).map(idle => finding(each, idle))),
    ...(mesh
      ? endlessTry(mesh.spec.defaultHttpRetryPolicy, ['defaultHttpRetryPolicy']).map(idle => finding(mesh, idle))
      : []),
  ]
}

const idleFieldsIn = rememberedAs('idle fields', (virtualService: VirtualServiceResource) =>
  idleIn(virtualService).map(idle => finding(virtualService, idle)),
)

function finding(
  resource: Pick<AnyResource, 'title' | 'keySpanOf'>,
  { path, why, help = 'remove it' }: Idle,
): Diagnostic {
  return diagnose('SB6007', {
    message: `\`${path.at(-1)}\` has no effect here`,
    why,
    help,
    span: resource.keySpanOf(path),
    path: formatPath(path),
    resource: resource.title,
  })
}

const forwarding = ['timeout', 'retries', 'mirror', 'mirrors', 'mirrorPercent', 'mirrorPercentage'] as const
const percentages = ['mirrorPercent', 'mirrorPercentage'] as const

function idleIn(virtualService: VirtualServiceResource): Idle[] {
  const { spec } = virtualService
  return soundRules(virtualService).flatMap(([index, rule]) => {
    const path: FieldPath = ['spec', 'http', index]
    if (rule.redirect || rule.directResponse) {
      const why = 'the rule sends a local reply, and forwards nothing'
      return forwarding.filter(field => isWritten(rule, field)).map(field => ({ path: [...path, field], why }))
    }
    // A root's percentage may be for a mirror of its delegate, and the other way round.
    const mayBeJoined = rule.delegate !== undefined || spec.hosts.length === 0
    return [
      ...(isEndless(rule.timeout) ? [{ path: [...path, 'timeout'], why: endless }] : []),
      ...endlessTry(rule.retries, [...path, 'retries']),
      ...(rule.mirror || mayBeJoined ? [] : lonePercentages(rule, path)),
      ...emptyFault(rule, path),
    ]
  })
}

const ofCertificates = [...unverifiedFields, 'verifyCertificateHash'] as const

function idleInServers({ spec }: GatewayResource): Idle[] {
  const why = 'only `mode: MUTUAL` and `mode: OPTIONAL_MUTUAL` require or request a client certificate'
  return spec.servers.flatMap((server, index) => {
    const { tls } = server
    if (tls?.httpsRedirect && isTlsProtocol(server.port.protocol)) {
      const notHttp = 'only plain HTTP requests can be redirected to HTTPS'
      return [{ path: ['spec', 'servers', index, 'tls', 'httpsRedirect'], why: notHttp }]
    }
    if (!tls || asksForCertificate(tls) || tls.mode === 'ISTIO_MUTUAL' || !httpProtocol(server)) return []
    return ofCertificates
      .filter(field => (tls[field]?.length ?? 0) > 0)
      .map(field => ({ path: ['spec', 'servers', index, 'tls', field], why }))
  })
}

function emptyFault({ fault }: HttpRule, path: FieldPath): Idle[] {
  const { abort, delay } = fault ?? {}
  const answers = abort?.httpStatus !== undefined || abort?.grpcStatus !== undefined
  const nothingToSay = 'it has neither `httpStatus` nor `grpcStatus`: there is no status to respond with'
  const nothingToWait = 'it has no `fixedDelay`: there is no time to wait'
  return [
    ...(abort && !answers
      ? [{ path: [...path, 'fault', 'abort'], why: nothingToSay, help: 'add a status, for example `httpStatus: 503`' }]
      : []),
    ...(delay && delay.fixedDelay === undefined
      ? [{ path: [...path, 'fault', 'delay'], why: nothingToWait, help: 'add a time, for example `fixedDelay: 2s`' }]
      : []),
  ]
}

function isWritten(rule: HttpRule, field: (typeof forwarding)[number]): boolean {
  return field === 'mirrors' ? rule.mirrors.length > 0 : rule[field] !== undefined
}

function lonePercentages(rule: HttpRule, path: FieldPath): Idle[] {
  const why =
    rule.mirrors.length > 0 ? 'each of `mirrors` has its own `percentage`' : 'the rule has no `mirror` to go with it'
  return percentages.filter(field => isWritten(rule, field)).map(field => ({ path: [...path, field], why }))
}

function endlessTry(retries: HttpRule['retries'], path: FieldPath): Idle[] {
  return isEndless(retries?.perTryTimeout) ? [{ path: [...path, 'perTryTimeout'], why: endless }] : []
}

function isEndless(ms: number | undefined): boolean {
  return ms !== undefined && ms > longestTimerMs
}

const endless = 'no request lasts 24 days: this is the same as no limit'
