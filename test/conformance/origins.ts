import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** The ports of the origins that the recordings know. */
const originPorts: readonly number[] = Array.from({ length: 64 }, (_, index) => 20_000 + index)

/** A request that reached an origin. */
export interface Hit {
  /** Also told to the client, in `hitHeader`, so that the answer is known by it. */
  readonly id: number
  readonly port: number
  readonly method: string
  /** As it arrived. */
  readonly target: string
  /** In their order, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Grows while the body arrives. */
  bodyBytes: number
  /** What the origin answered; empty while it has not. */
  answerHeaders: Readonly<Record<string, string>>
}

/** Names the hit in an origin's answer. */
export const hitHeader = 'x-echo-hit'

/** The echo servers of the recordings. They tell what they saw, and do what `x-echo-…` headers ask for. */
export interface Origins {
  /** What arrived since the case began, in its order. */
  hits(): readonly Hit[]
  /** Forgets all hits and failures. */
  beginCase(): void
  close(): Promise<void>
}

/** Opens all origins. @throws the system's error where a port is in use */
export async function startOrigins(ports: readonly number[] = originPorts): Promise<Origins> {
  let hits: Hit[] = []
  let failures = new Map<string, number>()
  let nextId = 1
  const sockets = new Set<Socket>()

  const http = createHttpServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const port = request.socket.localPort!
    const headers = linesOf(request.rawHeaders)
    const hit: Hit = {
      id: nextId++,
      port,
      method: request.method!,
      target: Buffer.from(request.url!, 'latin1').toString('utf8'),
      headers,
      bodyBytes: 0,
      answerHeaders: {},
    }
    hits.push(hit)
    void echo(request, response, hit, failures)
  })
  const servers: Server[] = []
  for (const port of ports) {
    const server = createServer(socket => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket)).on('error', () => {})
      greet(socket, port, http)
    })
    servers.push(server)
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject).listen({ port, host: '127.0.0.1', exclusive: true }, resolve)
    }).catch(async error => {
      await closeAll(servers)
      throw error
    })
  }
  return {
    hits: () => hits,
    beginCase() {
      hits = []
      failures = new Map()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await closeAll(servers)
    },
  }
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(server => new Promise(closed => server.close(closed))))
}

/** Looks at the first line: HTTP is served; a ClientHello, or anything else, is told the port. */
function greet(socket: Socket, port: number, http: ReturnType<typeof createHttpServer>): void {
  let seen = Buffer.alloc(0)
  socket.on('data', onData)
  function onData(chunk: Buffer) {
    seen = Buffer.concat([seen, chunk])
    const lineEnd = seen.indexOf('\n')
    const isTls = seen[0] === 0x16
    if (lineEnd < 0 && !isTls && seen.length < 16_384) return
    socket.off('data', onData)
    if (!isTls && /^[A-Z-]+ \S+ HTTP\/1\.[01]\r?$/.test(seen.subarray(0, lineEnd).toString('latin1'))) {
      socket.pause()
      http.emit('connection', socket)
      socket.unshift(seen)
      socket.resume()
    } else {
      socket.end(`ORIGIN ${port}`)
    }
  }
}

async function echo(
  request: IncomingMessage,
  response: ServerResponse,
  hit: Hit,
  failures: Map<string, number>,
): Promise<void> {
  const steering = new Map(hit.headers)
  const fails = isToFail(steering, hit.port, failures)
  try {
    for await (const chunk of request) hit.bodyBytes += chunk.length
  } catch {
    return
  }
  const delayMs = Number(steering.get('x-echo-delay-ms') ?? 0)
  if (delayMs > 0) await pause(delayMs)
  const failStatus = steering.get('x-echo-fail-status') ?? '503'
  if (fails && failStatus === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  const answerHeaders: Record<string, string> = { 'content-type': 'application/json', [hitHeader]: String(hit.id) }
  for (const [name, value] of steering) {
    if (name.startsWith('x-echo-set-')) answerHeaders[name.slice('x-echo-set-'.length)] = value
  }
  hit.answerHeaders = answerHeaders
  const status = fails ? Number(failStatus) : Number(steering.get('x-echo-status') ?? 200)
  response.writeHead(status, answerHeaders)
  response.end(hit.method === 'HEAD' ? undefined : JSON.stringify({ ...hit, answerHeaders: undefined }))
}

function isToFail(steering: ReadonlyMap<string, string>, port: number, failures: Map<string, number>): boolean {
  if (
    steering
      .get('x-echo-fail-ports')
      ?.split(',')
      .some(each => Number(each) === port)
  )
    return true
  const times = Number(steering.get('x-echo-fail-times') ?? 0)
  const key = steering.get('x-echo-key') ?? ''
  const before = failures.get(key) ?? 0
  if (before >= times) return false
  failures.set(key, before + 1)
  return true
}

function linesOf(raw: readonly string[]): (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = []
  for (let at = 0; at < raw.length; at += 2) {
    // Node reads header bytes as Latin-1; what is sent here is UTF-8.
    lines.push([raw[at]!.toLowerCase(), Buffer.from(raw[at + 1]!, 'latin1').toString('utf8')])
  }
  return lines
}
