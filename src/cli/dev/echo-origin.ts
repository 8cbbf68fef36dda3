import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the echo origin says it was asked. */
export interface Echo {
  /** The endpoint that was dialled: the Host header, which `fetch` writes without the port of its scheme (80, 443). */
  readonly name: string
  readonly method: string
  /** The request target as it arrived, with its query. */
  readonly target: string
  readonly host: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly bodyBytes: number
}

// What miniflare adds on the way from the Worker to this process; no real origin receives it.
const ownHeader = /^(mf-.*|cf-worker)$/

/**
 * Stands in for every endpoint: answers 200 with what it was asked, as JSON, so that an operator sees where a request
 * went and as what. The request body is counted and thrown away, never kept.
 */
export async function echoOrigin(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bodyBytes = 0
  try {
    for await (const chunk of request) bodyBytes += chunk.length
  } catch {
    // The sender went away in the middle of its body: there is no client left to respond to.
    response.destroy()
    return
  }
  const host = request.headers.host ?? ''
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name, value]) => value !== undefined && !ownHeader.test(name)),
  ) as Echo['headers']
  const echo: Echo = { name: host, method: request.method ?? '', target: request.url ?? '', host, headers, bodyBytes }
  const body = `${JSON.stringify(echo, undefined, 2)}\n`
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}
