#!/usr/bin/env node
// Plays many random exchanges through `signalbox serve`: npm run test:hostile -- [options]
import { parseArgs } from 'node:util'
import { type ExchangesReport, playExchanges } from './exchanges.ts'
import { descriptorBound, growthFaults, residentBoundBytes } from './growth.ts'
import { startHostileGateway } from './hostile-gateway.ts'
import { type RuntimeName, runtimesFrom } from './runtimes.ts'

const usage = `Usage: npm run test:hostile -- [options]

Random exchanges of clients and origins that misbehave, on each runtime after the other.

  --runtime a,b      workerd, node, deno; all of them where it is left out
  --exchanges N      how many (default $HOSTILE_EXCHANGES, else 100000)
  --seed N           another sequence

Exit status: 0 all well, 1 not, 2 wrong usage
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  let isWell = true
  for (const runtime of options.runtimes) isWell = (await play(runtime, options)) && isWell
  return isWell ? 0 : 1
}

interface Options {
  readonly runtimes: readonly RuntimeName[]
  readonly count: number
  readonly seed: number
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runtime: { type: 'string' },
        exchanges: { type: 'string', default: process.env.HOSTILE_EXCHANGES ?? '100000' },
        seed: { type: 'string', default: '20261121' },
      },
    })
    const count = Number(values.exchanges)
    if (!Number.isInteger(count) || count < 1) return `not a number of exchanges: ${values.exchanges}`
    return { runtimes: runtimesFrom(values.runtime), count, seed: Number(values.seed) }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function play(runtime: RuntimeName, { count, seed }: Options): Promise<boolean> {
  const hostile = await startHostileGateway(runtime)
  try {
    const onProgress = (done: number, residentBytes: number) => {
      if (done % 10_000 === 0) process.stderr.write(`${runtime}: ${done} of ${count}, ${megabytes(residentBytes)}\n`)
    }
    const report = await playExchanges(hostile, { count, seed, onProgress })
    const growth = growthFaults(report, count)
    process.stdout.write(describe(runtime, count, report))
    for (const fault of [...report.faults, ...growth]) process.stdout.write(`FAULT ${fault}\n`)
    const status = await hostile.stop()
    if (status !== 0) process.stdout.write(`FAULT the gateway ended with ${status}\n`)
    return report.faultCount === 0 && growth.length === 0 && status === 0
  } finally {
    await hostile.stop()
  }
}

function describe(runtime: RuntimeName, count: number, report: ExchangesReport): string {
  const { outcomes, before, after, slowestMs, elapsedMs, faultCount, crossed } = report
  const counted = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, times]) => `${outcome}: ${times}`)
  return `${runtime}: ${count} exchanges in ${(elapsedMs / 1000).toFixed(0)} s, the slowest took ${(slowestMs / 1000).toFixed(1)} s
  outcomes     ${counted.slice(0, 16).join(', ')}${counted.length > 16 ? `, and ${counted.length - 16} more kinds` : ''}
  descriptors  ${before.descriptors} before, ${after.descriptors} after (bound: ${descriptorBound} more)
  memory       ${megabytes(before.residentBytes)} before, ${megabytes(after.residentBytes)} after (bound: ${megabytes(residentBoundBytes)} more)
  faults       ${faultCount}; answers of a hostile origin given to another request to it: ${crossed}
`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
