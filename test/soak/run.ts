#!/usr/bin/env node
// Large bodies, many messages and long streams through `signalbox serve`: npm run test:soak -- [options]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startServer } from '../../bench/gateway/child-server.ts'
import { type RunningGateway, startGateway } from '../runtimes/hostile/running-gateway.ts'
import { type RuntimeName, runtimesFrom } from '../runtimes/hostile/runtimes.ts'
import { converse, download, host, type LoadResult, listen, upload } from './loads.ts'
import { type MemoryCurve, watchMemory } from './memory.ts'

const usage = `Usage: npm run test:soak -- [options]

1 GB down, 300 MB up, 1,000 WebSocket messages and a stream of events through the gateway, with its memory before,
during and after each.

  --runtime a,b        workerd, node, deno; all of them where it is left out
  --sse-minutes N      length of the stream of events (default 10; 0 leaves it out); all runtimes at once
  --scale N            a share of everything else (default 1)

Exit status: 0 all well, 1 not, 2 wrong usage
`

/**
 * How much more memory than before a gateway may hold at its peak. The first gigabyte makes the collectors of Node and
 * Deno take 100 to 160 MB, whatever follows it; a body that piles up would be all of its own size.
 */
const peakBoundBytes = 192 * 1024 * 1024
const messageCount = 1000

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  const { runtimes, sseMinutes, scale } = options
  const origin = await startServer(process.execPath, [fileURLToPath(new URL('origin.ts', import.meta.url))])
  const gateways = new Map<RuntimeName, RunningGateway>()
  let isWell = true
  const tell = (row: Row) => {
    const faults = faultsOf(row)
    isWell &&= faults.length === 0
    process.stdout.write(`${rowText(row)}\n${faults.map(fault => `  FAULT ${fault}\n`).join('')}`)
  }
  try {
    for (const runtime of runtimes) {
      gateways.set(runtime, await startGateway({ runtime, routes: routes(origin.port) }))
    }
    process.stdout.write(`${rowOf('runtime', 'load', 'amount', 'seconds', 'before', 'during', 'peak', 'after')}\n`)
    for (const [runtime, { port, pid }] of gateways) {
      for (const [load, play] of Object.entries(bodies(port, scale))) {
        const { value, memory } = await watchMemory(pid, play)
        tell({ runtime, load, result: value, memory })
      }
    }
    if (sseMinutes > 0) {
      const streams = [...gateways].map(async ([runtime, { port, pid }]) => {
        const { value, memory } = await watchMemory(pid, () => listen(port, Math.round(sseMinutes * 60)))
        tell({ runtime, load: 'events', result: value, memory })
      })
      await Promise.all(streams)
    }
    for (const [runtime, { errors, isAlive }] of gateways) {
      if (isAlive && !errors.includes('gateway fault')) continue
      isWell = false
      process.stdout.write(
        `FAULT ${runtime} ${isAlive ? 'met a fault of its own' : 'has ended'}:\n${errors.slice(-2000)}\n`,
      )
    }
    return isWell ? 0 : 1
  } finally {
    await Promise.all([...gateways.values()].map(gateway => gateway.stop()))
    await origin.stop()
  }
}

interface Options {
  readonly runtimes: readonly RuntimeName[]
  readonly sseMinutes: number
  readonly scale: number
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runtime: { type: 'string' },
        'sse-minutes': { type: 'string', default: '10' },
        scale: { type: 'string', default: '1' },
      },
    })
    const [sseMinutes, scale] = [Number(values['sse-minutes']), Number(values.scale)]
    if (!(sseMinutes >= 0 && scale > 0 && scale <= 1)) return 'minutes are 0 or more, a scale is above 0 and at most 1'
    return { runtimes: runtimesFrom(values.runtime), sseMinutes, scale }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function bodies(port: number, scale: number): Readonly<Record<string, () => Promise<LoadResult>>> {
  const megabytes = (count: number) => Math.round(count * scale * 1_000_000)
  return {
    down: () => download(port, megabytes(1000)),
    'down, in chunks': () => download(port, megabytes(300), { isChunked: true }),
    'down, read slowly': () => download(port, megabytes(300), { pausesMs: 1000 * scale }),
    up: () => upload(port, megabytes(300)),
    'up, in chunks': () => upload(port, megabytes(300), { isChunked: true }),
    WebSocket: () => converse(port, Math.round(messageCount * scale)),
  }
}

/** What people have; a timeout would end what is meant to last. */
function routes(originPort: number): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: soak }
spec:
  hosts: [${host}]
  http:
    - retries: { attempts: 2, retryOn: "5xx,reset,connect-failure" }
      headers: { response: { set: { x-served-by: edge } } }
      route: [{ destination: { host: origin.test } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: origin }
spec:
  hosts: [origin.test]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${originPort} } }]
`
}

interface Row {
  readonly runtime: RuntimeName
  readonly load: string
  readonly result: LoadResult
  readonly memory: MemoryCurve
}

function faultsOf({ result, memory }: Row): readonly string[] {
  const more = memory.peak - memory.before
  const isTooMuch = more > peakBoundBytes
  return [
    ...result.faults,
    ...(isTooMuch ? [`${megabytes(more)} more memory, the bound is ${megabytes(peakBoundBytes)}`] : []),
  ]
}

function rowText({ runtime, load, result, memory }: Row): string {
  const { before, during, peak, after } = memory
  const sizes = [before, during, peak, after].map(megabytes)
  return rowOf(runtime, load, result.amount, (result.elapsedMs / 1000).toFixed(1), ...sizes)
}

function rowOf(runtime: string, load: string, amount: string, ...cells: readonly string[]): string {
  return [runtime.padEnd(8), load.padEnd(18), amount.padEnd(26), ...cells.map(cell => cell.padStart(8))].join(' ')
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}
