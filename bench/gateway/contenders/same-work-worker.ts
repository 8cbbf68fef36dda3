// The smallest Worker that does by hand what the measured route asks of the gateway: no table, no rule is looked up.
// It is what these duties cost on this runtime, whoever carries them out.
import { rewrite } from '../traffic.ts'

interface Settings {
  /** `http://127.0.0.1:1234` */
  readonly ORIGIN: string
}

const timeoutMs = 15_000
const hopByHop = ['connection', 'expect', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']

export default {
  async fetch(request: Request, { ORIGIN }: Settings): Promise<Response> {
    const startMs = Date.now()
    const { url, method } = request
    const at = url.indexOf('/', url.indexOf('://') + 3)
    if (!url.startsWith(rewrite.from, at)) return new Response(null, { status: 404 })
    const target = rewrite.to + url.slice(at + rewrite.from.length)

    const headers = new Headers(request.headers)
    for (const name of hopByHop) headers.delete(name)
    headers.set('x-forwarded-host', request.headers.get('host') ?? '')
    headers.set('x-forwarded-for', '127.0.0.1')
    headers.set('x-forwarded-proto', 'http')
    headers.set('x-request-id', crypto.randomUUID())
    headers.set('x-signalbox-hop', '1')
    headers.set('x-edge', 'signalbox')
    headers.delete('x-internal-user')

    const cut = new AbortController()
    request.signal.addEventListener('abort', () => cut.abort())
    const timer = setTimeout(() => cut.abort(), timeoutMs)
    const upstream = await fetch(ORIGIN + target, {
      method,
      headers,
      body: request.body,
      redirect: 'manual',
      cache: 'no-store',
      signal: cut.signal,
    })
    // The timeout spans the body too.
    const body = await upstream.arrayBuffer()
    clearTimeout(timer)

    const response = new Response(body, upstream)
    for (const name of hopByHop) response.headers.delete(name)
    response.headers.set('x-served-by', 'edge')
    response.headers.delete('x-powered-by')
    // biome-ignore lint/suspicious/noConsole: the access log goes there.
    console.log(
      JSON.stringify({
        start_time: new Date(startMs).toISOString(),
        method,
        path: url.slice(at),
        response_code: upstream.status,
        duration: Date.now() - startMs,
        upstream_path: target,
      }),
    )
    return response
  },
}
