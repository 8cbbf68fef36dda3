import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/** Reasons to retry at which the endpoint may have acted on the request already. */
const afterTheFact = ['5xx', 'gateway-error', 'reset', 'retriable-4xx', 'retriable-status-codes', 'retriable-headers']
const reads = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/**
 * Rules whose own retries send a request again that an endpoint may have acted on, and that take requests which write
 * (SB6010). Once for each rule; what Istio's default retries is safe, and is not told.
 */
export function findRetriedWrites({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(retriedWritesIn)
}

const retriedWritesIn = rememberedAs('retried writes', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([index, rule]) => {
    const { attempts, retryOn } = rule.retries ?? {}
    const reason = retryOn?.split(',').find(each => afterTheFact.includes(each) || /^\d+$/.test(each))
    if (!attempts || reason === undefined || !takesWrites(rule)) return []
    const path = ['spec', 'http', index, 'retries', 'retryOn']
    return [
      diagnose('SB6010', {
        message: `\`retryOn: ${reason}\` applies to POST too: an order may be placed twice`,
        span: virtualService.spanOf(path),
        path: formatPath(path),
        resource: virtualService.title,
        why: 'the endpoint may have acted on the request before it failed',
        help: 'use a separate rule for requests that write, with `retryOn: connect-failure,refused-stream`',
      }),
    ]
  }),
)

function takesWrites({ match, route }: HttpRule): boolean {
  if (route.length === 0) return false
  return match.length === 0 || !match.every(({ method }) => method?.exact !== undefined && reads.includes(method.exact))
}
