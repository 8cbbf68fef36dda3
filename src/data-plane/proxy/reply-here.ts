import type { AnswerPlan, RefusePlan, RequestPlan } from '../plan/request-plan.ts'
import type { HeaderFields, Platform, Reply } from '../platform.ts'
import { applyChanges } from './finish-response.ts'
import { answer, isGrpcRequest, type LocalReply, refuse } from './local-reply.ts'
import { type TemplateContext, templateValues } from './template-values.ts'

/** What an answer of the gateway's own is made with. */
export interface ReplyContext extends TemplateContext {
  readonly platform: Pick<Platform, 'newHeaders'>
}

type Local = Reply & { readonly kind: 'local' }

/** The response to a request that never leaves the gateway, as it goes downstream. Calls nothing outside. */
export function replyHere(plan: AnswerPlan | RefusePlan, context: ReplyContext): Local {
  if (plan.kind === 'answer') return finishLocalReply(answer(plan), plan, context, {})
  return finishLocalReply(refuse(plan, isGrpcRequest(context.request)), plan, context, { flag: plan.flag })
}

/** What is known of an attempt that failed, for the values of operators. */
export interface Failure {
  readonly flag?: string
  readonly upstreamHost?: string
  readonly requestHeaders?: HeaderFields
}

/**
 * An answer of the gateway's own as it goes downstream: with the route's changes, and plain text where the route has
 * not said what its body is.
 */
export function finishLocalReply(
  { status, headers: lines, body }: LocalReply,
  plan: RequestPlan,
  context: ReplyContext,
  { flag = '-', ...moment }: Failure,
): Local {
  const headers = context.platform.newHeaders()
  for (const [name, value] of lines) headers.set(name, value)
  applyChanges(headers, plan, templateValues(plan, context, { ...moment, responseCode: 0, responseFlags: flag }))
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'text/plain')
  return { kind: 'local', status, headers, body }
}
