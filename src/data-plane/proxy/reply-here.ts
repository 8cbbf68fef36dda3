import type { AnswerPlan, RefusePlan } from '../plan/request-plan.ts'
import { finishLocalReply } from './finish-response.ts'
import { answer, isGrpcRequest, refuse } from './local-reply.ts'
import { type TemplateContext, templateValues } from './template-values.ts'

/** The response to a request that never leaves the gateway, as it goes downstream. Calls nothing outside. */
export function replyHere(plan: AnswerPlan | RefusePlan, context: TemplateContext): Response {
  const isRefused = plan.kind === 'refuse'
  const response = isRefused ? refuse(plan, isGrpcRequest(context.request)) : answer(plan)
  const responseFlags = isRefused ? plan.flag : '-'
  return finishLocalReply(response, plan, templateValues(plan, context, { responseCode: 0, responseFlags }))
}
