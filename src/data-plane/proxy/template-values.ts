import { headerValues, isReservedHeader, type RequestHead } from '../../fib/request-head.ts'
import type { TemplateValues } from '../plan/header-changes.ts'
import type { RequestPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields } from '../platform.ts'

/** What operators in header values can read of a request; a `RequestContext` has it all. */
export interface TemplateContext {
  readonly request: Pick<DownstreamRequest, 'headers'>
  /** Undefined where the request is malformed. */
  readonly head: RequestHead | undefined
  readonly startMs: number
}

/** What is known when headers are changed; the rest of a template's values has no value yet. */
export interface Moment {
  readonly requestHeaders?: Pick<HeaderFields, 'get' | 'valuesOf'>
  readonly responseHeaders?: Pick<HeaderFields, 'get' | 'valuesOf'>
  readonly responseCode?: number
  readonly responseFlags?: string
  readonly upstreamHost?: string | undefined
}

/** The values of operators at one moment of a request. */
export function templateValues(
  plan: RequestPlan,
  { request, head, startMs }: TemplateContext,
  moment: Moment,
): TemplateValues {
  const sent = moment.requestHeaders ?? request.headers
  return {
    request: name =>
      // Pseudo headers and the gateway's own are not among the lines that are sent.
      head && (name.startsWith(':') || name === 'host' || isReservedHeader(name))
        ? headerValues(head, name)[0]
        : firstOf(sent, name),
    response: name => moment.responseHeaders && firstOf(moment.responseHeaders, name),
    clientAddress: head?.client?.address,
    protocol: head?.client?.protocol ?? 'HTTP/1.1',
    responseCode: moment.responseCode,
    responseFlags: moment.responseFlags ?? '-',
    routeName: plan.routeName,
    startMs,
    clusterName: clusterOf(plan),
    upstreamHost: moment.upstreamHost,
  }
}

/** The name of the cluster that a plan has come to, where it has. */
export function clusterOf(plan: RequestPlan): string | undefined {
  if (plan.kind === 'forward') return plan.cluster.name
  return plan.kind === 'refuse' ? plan.clusterName : undefined
}

/** What an operator stands for: the first line, as in Envoy; where a runtime joins lines, all of them. */
function firstOf(headers: Pick<HeaderFields, 'get' | 'valuesOf'>, name: string): string | undefined {
  return headers.valuesOf ? headers.valuesOf(name)[0] : (headers.get(name) ?? undefined)
}
