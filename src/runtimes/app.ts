import type { Context, Handler } from 'hono'
import type { ExecutionContextLike } from './web-gateway.ts'

/** What a Worker or a handler of `deno serve` exports: the gateway as such a runtime calls it. */
export interface FetchHandler<Env> {
  fetch(request: Request, env: Env, context: ExecutionContextLike | undefined): Response | Promise<Response>
}

/**
 * The gateway as a handler of Hono's, for an app with routes and middleware of one's own:
 *
 * ```ts
 * const app = new Hono()
 * app.use(async (context, next) => { await next(); context.header('x-served-by', 'edge') })
 * app.get('/hello', context => context.text('hello'))
 * app.all('*', handlerOf(worker))
 * ```
 *
 * Whatever comes before it and answers, answers; all else is forwarded by the table. Who reads the request's body before
 * it leaves none to forward.
 *
 * @param gateway the default export of `workers/worker.ts` or `deno/handler.ts`
 */
export function handlerOf<Env extends object>(gateway: FetchHandler<Env>): Handler<{ Bindings: Env }> {
  return context => gateway.fetch(context.req.raw, context.env, executionContextOf(context))
}

/** Hono throws where a runtime gives no context. */
function executionContextOf(context: Context): ExecutionContextLike | undefined {
  try {
    return context.executionCtx
  } catch {
    return undefined
  }
}
