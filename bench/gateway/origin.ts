// A process of its own: an origin that answers each request with 35 bytes, and does nothing else that costs time.
import { createServer } from 'node:net'
import { parseStrict } from '../../test/runtimes/hostile/strict-message.ts'

const body = '{"id":4711,"name":"switch","qty":7}'
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nserver: origin\r\ncontent-type: application/json\r\ncache-control: max-age=60\r\nx-powered-by: origin\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
)
const headEnd = Buffer.from('\r\n\r\n')
const proofMark = Buffer.from('proof')

const server = createServer(socket => {
  let held: Buffer | undefined
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', chunk => {
    const bytes: Buffer = held ? Buffer.concat([held, chunk]) : chunk
    held = undefined
    if (bytes.includes(proofMark)) return prove(bytes)
    let at = 0
    for (;;) {
      const end = bytes.indexOf(headEnd, at)
      if (end < 0) break
      at = end + 4
      socket.write(answer)
    }
    if (at < bytes.length) held = bytes.subarray(at)
  })

  /** Tells what was asked; only ever one request at a time. */
  function prove(bytes: Buffer) {
    const parsed = parseStrict(bytes, { kind: 'request' })
    if (parsed.kind === 'partial') {
      held = bytes
      return
    }
    if (parsed.kind === 'violation') return void socket.destroy()
    const [method, target] = parsed.message.startLine.split(' ')
    const seen = JSON.stringify({ method, target, body: parsed.message.body.toString('latin1') })
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${seen.length}\r\n\r\n${seen}`)
  }
})
server.listen(0, '127.0.0.1', 1024, () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`ready ${address.port}\n`)
})
