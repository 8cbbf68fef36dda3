import type { AttemptOutcome, UpstreamCall, UpstreamFault, UpstreamRequest } from '../../data-plane/platform.ts'
import { endpointAuthority } from '../../fib/cluster.ts'
import type { Carrier } from './carrier.ts'
import { isReachable } from './probe.ts'
import type { WebBody } from './web-body.ts'
import { WebResponse } from './web-response.ts'
/**
 * Sends a request by `fetch`. The address comes from the table alone: nothing of the request can change it. Redirects
 * are handed to the client; nothing is cached, since Workers cache by URL and two virtual hosts may share an endpoint.
 */
export function sendUpstream(upstream: UpstreamRequest, carrier: Carrier): UpstreamCall {
  if (losesBody(upstream)) {
    const outcome = Promise.resolve(failure('request', 'a body of unknown length cannot go with this method'))
    return { outcome, cancel: () => undefined }
  }
  const { cancellable, body } = upstream
  const isCut = cancellable === 'to-the-end'
  const isWatched = (body as WebBody | undefined)?.isWatched === true
  const controller = cancellable !== 'never' || isWatched ? new AbortController() : undefined
  let isCancelled = false
  const fail = async (error: unknown) => failure(await faultOf(error, upstream, carrier, isCancelled), String(error))
  const outcome = fetchOnce(upstream, carrier, controller).then(response => {
    const judged = judge(response, isCut, carrier)
    return judged instanceof Promise ? judged.catch(fail) : judged
  }, fail)
  return {
    outcome,
    cancel() {
      isCancelled = true
      controller?.abort()
    },
  }
}

/** workerd takes a body of unknown length for none where the method has one seldom. */
function losesBody({ method, body, headers }: UpstreamRequest): boolean {
  return body !== undefined && (method === 'GET' || method === 'HEAD') && !headers.has('content-length')
}

function fetchOnce(
  { endpoint, method, target, headers, body, isWebSocket, cancellable }: UpstreamRequest,
  { request }: Carrier,
  controller: AbortController | undefined,
): Promise<Response> {
  const url = `${endpoint.scheme}://${endpointAuthority(endpoint)}${target}`
  // The gateway changes the copies that `copyHeaders` made, and these are web headers.
  const fields = headers as Headers
  const init: RequestInit = { headers: fields, redirect: 'manual', cache: 'no-store' }
  if (controller) init.signal = controller.signal
  // The response passes through this Worker then, which must not decode its body on the way.
  if (cancellable === 'to-the-end') init.encodeResponseBody = 'manual'
  if (isWebSocket) {
    fields.set('upgrade', 'websocket')
    return fetch(url, init)
  }
  if (!body) {
    // It would make the endpoint wait for a body.
    fields.delete('content-length')
    init.method = method
    return fetch(url, init)
  }
  // A runtime hands the body of a GET on, but does not let one be named for it.
  if (method === 'GET' || method === 'HEAD') {
    ;(body as WebBody).leave()
    return fetch(new Request(url, request), init)
  }
  init.method = method
  return (body as WebBody)
    .open(() => controller?.abort())
    .then(opened => {
      init.body = opened
      return fetch(url, init)
    })
}

/** A body that is short, and known to be, is waited for: that costs less than to watch its end as it passes. */
const shortBytes = 16 * 1024

/** At once, unless there is something to be waited for: each promise is one more thing to be collected. */
function judge(response: Response, isCut: boolean, carrier: Carrier): AttemptOutcome | Promise<AttemptOutcome> {
  const { status, headers } = response
  // What is outside of this range cannot be handed on as a response.
  if (!((status >= 200 && status <= 599) || (status === 101 && response.webSocket))) {
    response.body?.cancel().catch(() => undefined)
    return failure('protocol', `status ${status}`)
  }
  const responded = (bytes: ArrayBuffer | undefined): AttemptOutcome => ({
    kind: 'responded',
    response: new WebResponse(response, isCut, bytes, carrier),
  })
  if (!isCut || response.body === null) return responded(undefined)
  const isShort = Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY) <= shortBytes
  return isShort ? response.arrayBuffer().then(responded) : responded(undefined)
}

function failure(fault: UpstreamFault, reason: string): AttemptOutcome {
  return { kind: 'failed', fault, reason }
}

/**
 * What an exception of `fetch` means. workerd says the same of a connection that could not be opened and of one that
 * ended before an answer came, and only the first may be tried again for that reason: a second connection tells them
 * apart.
 */
async function faultOf(
  error: unknown,
  { endpoint, body }: UpstreamRequest,
  { isCloudflare }: Carrier,
  isCancelled: boolean,
): Promise<UpstreamFault> {
  if (isCancelled) return 'cancelled'
  if ((body as WebBody | undefined)?.isBroken) return 'request'
  // Names that cannot be resolved; workerd hides what failed inside.
  if (error instanceof Error && error.message.startsWith('internal error')) return 'connect'
  if (isCloudflare) return 'reset'
  return (await isReachable(endpoint)) ? 'reset' : 'connect'
}
