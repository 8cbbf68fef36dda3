// A process of its own: asks a port the same over so many connections for so long, and prints how many answers came.
// Usage: node load.ts PORT SECONDS CONNECTIONS
import { connect } from 'node:net'
import { asked, requestText } from './traffic.ts'

/** What the process prints, as JSON. */
export interface LoadReport {
  readonly requests: number
  readonly elapsedMs: number
  /** Answers that were not a whole 200, and connections that ended. */
  readonly faults: number
  /** CPU time of the load generator itself, in microseconds. */
  readonly cpuMicroseconds: number
}

const [port, seconds, connections] = process.argv.slice(2).map(Number) as [number, number, number]
const request = Buffer.from(requestText('GET', asked))
const headEnd = Buffer.from('\r\n\r\n')
const lengthName = /\r\ncontent-length: *(\d+)/i
const chunkedEnd = Buffer.from('\r\n0\r\n\r\n')

let requests = 0
let faults = 0
let isOver = false
const startCpu = process.cpuUsage()
const startMs = performance.now()

for (let count = 0; count < connections; count++) open()
setTimeout(() => {
  isOver = true
  const { user, system } = process.cpuUsage(startCpu)
  const report: LoadReport = {
    requests,
    elapsedMs: performance.now() - startMs,
    faults,
    cpuMicroseconds: user + system,
  }
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0))
}, seconds * 1000)

function open(): void {
  const socket = connect(port, '127.0.0.1', () => socket.write(request))
  let held: Buffer | undefined
  socket.setNoDelay(true)
  socket.on('data', chunk => {
    const bytes: Buffer = held ? Buffer.concat([held, chunk]) : chunk
    const size = sizeOfAnswer(bytes)
    if (size > bytes.length || size === 0) {
      held = bytes
      return
    }
    held = undefined
    // The status of a 200 stands at a fixed place: `HTTP/1.1 200`.
    if (bytes[9] !== 50 || size !== bytes.length) faults++
    requests++
    socket.write(request)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    if (isOver) return
    faults++
    // Not at once: a gateway that is gone would be asked a million times.
    setTimeout(open, 50)
  })
}

/** Bytes of the answer that `bytes` starts with; 0 where its head is not whole. */
function sizeOfAnswer(bytes: Buffer): number {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return 0
  const length = lengthName.exec(bytes.toString('latin1', 0, end))?.[1]
  if (length !== undefined) return end + 4 + Number(length)
  return bytes.subarray(-chunkedEnd.length).equals(chunkedEnd) ? bytes.length : bytes.length + 1
}
