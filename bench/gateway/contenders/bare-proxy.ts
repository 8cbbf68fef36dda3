// The smallest proper proxy over `node:http`, for Node and Deno: connections are kept, bodies stream both ways, what
// belongs to one connection stays there. Usage: bare-proxy.ts ORIGIN_PORT
import { Agent, createServer, request } from 'node:http'
import { rewrite } from '../traffic.ts'

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const port = Number(process.argv[2])
const agent = new Agent({ keepAlive: true, maxSockets: 256 })

const server = createServer((incoming, outgoing) => {
  const target = incoming.url!
  if (!target.startsWith(rewrite.from)) return void outgoing.writeHead(404).end()
  const upstream = request({
    agent,
    host: '127.0.0.1',
    port,
    method: incoming.method!,
    path: rewrite.to + target.slice(rewrite.from.length),
    headers: endToEnd(incoming.rawHeaders),
  })
  upstream.on('response', response => {
    outgoing.writeHead(response.statusCode!, endToEnd(response.rawHeaders))
    response.pipe(outgoing)
    response.on('error', () => outgoing.destroy())
  })
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) upstream.destroy()
  })
  incoming.pipe(upstream)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`ready ${address.port}\n`)
})

/** Names and values in turn, without what belongs to one connection. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!hopByHop.has(rawHeaders[at]!.toLowerCase())) kept.push(rawHeaders[at]!, rawHeaders[at + 1]!)
  }
  return kept
}
