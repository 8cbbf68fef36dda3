#!/usr/bin/env node
// Measures the gateway beside the smallest proxies on the same runtimes: npm run bench:gateway -- [options]
import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type RuntimeName, runtimesFrom } from '../../test/runtimes/hostile/runtimes.ts'
import { workerdBinary } from './bare-workerd.ts'
import { startServer } from './child-server.ts'
import { contenders, denoBinary, type RunningContender, targets } from './contenders.ts'
import { envoyVersion } from './envoy.ts'
import { connections, load, type Measurement, measure } from './measure.ts'
import { profile } from './profile.ts'
import { prove } from './prove.ts'
import { type BenchReport, ratiosOf, renderReport } from './report.ts'

const usage = `Usage: npm run bench:gateway -- [options]

  --runs N           interleaved runs: A B C A B C … (default 10)
  --seconds N        of each run (default 5)
  --runtime a,b      only contenders on these: workerd, node, deno
  --only TEXT        only contenders with TEXT in their name
  --json             print one JSON object instead of text
  --profile          say where the CPU time of signalbox goes, instead of measuring it

Exit status: 0 every target reached, 1 not, 2 wrong usage
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  const origin = await startServer(process.execPath, [fileURLToPath(new URL('origin.ts', import.meta.url))])
  try {
    if (options.isProfile) {
      for (const runtime of options.runtimes) process.stdout.write(await profile(runtime, origin.port, options.seconds))
      return 0
    }
    const report = await bench(origin.port, options)
    process.stdout.write(options.isJson ? `${JSON.stringify(report)}\n` : renderReport(report))
    return report.ratios.every(({ reached, of = 0 }) => reached >= of) ? 0 : 1
  } finally {
    await origin.stop()
  }
}

interface Options {
  readonly runs: number
  readonly seconds: number
  readonly runtimes: readonly RuntimeName[]
  readonly only: string
  readonly isJson: boolean
  readonly isProfile: boolean
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '10' },
        seconds: { type: 'string', default: '5' },
        runtime: { type: 'string' },
        only: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    })
    const [runs, seconds] = [Number(values.runs), Number(values.seconds)]
    if (!(Number.isInteger(runs) && runs > 0 && seconds > 0)) return 'runs and seconds are numbers above 0'
    return {
      runs,
      seconds,
      runtimes: runtimesFrom(values.runtime),
      only: values.only,
      isJson: values.json,
      isProfile: values.profile,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function bench(originPort: number, { runs, seconds, runtimes, only }: Options): Promise<BenchReport> {
  const envoy = envoyVersion()
  if (envoy === undefined) process.stderr.write('no `envoy` on the PATH: it is left out\n')
  const chosen = contenders.filter(
    ({ name, runtime, isEnvoy }) =>
      runtimes.includes(runtime) && name.includes(only) && (!isEnvoy || envoy !== undefined),
  )
  const loadBefore = loadavg()[0]!
  const running = new Map<string, RunningContender>()
  try {
    const ceiling = await load(originPort, seconds)
    for (const { name, start } of chosen) {
      const contender = await start(originPort)
      running.set(name, contender)
      await prove(name, contender.port)
      // Compilers need some traffic before they give their best.
      await load(contender.port, Math.min(2, seconds))
    }
    const measurements: Record<string, Measurement[]> = Object.fromEntries(chosen.map(({ name }) => [name, []]))
    for (let run = 0; run < runs; run++) {
      for (const [name, contender] of running) {
        measurements[name]!.push(await measure(contender, seconds))
        await contender.tidy()
      }
      process.stderr.write(`run ${run + 1} of ${runs}\n`)
    }
    return {
      versions: { ...versions(runtimes), ...(envoy !== undefined && { envoy }) },
      loadBefore,
      runs,
      seconds,
      connections,
      ceiling: {
        requestsPerSecond: (ceiling.requests / ceiling.elapsedMs) * 1000,
        loadMicroseconds: ceiling.cpuMicroseconds / ceiling.requests,
      },
      measurements,
      ratios: ratiosOf(targets, measurements),
    }
  } finally {
    await Promise.all([...running.values()].map(each => each.stop()))
  }
}

function versions(runtimes: readonly RuntimeName[]): Record<string, string> {
  const firstLine = (file: string, ...args: string[]) => execFileSync(file, args, { encoding: 'utf8' }).split('\n')[0]!
  return {
    node: process.version,
    ...(runtimes.includes('workerd') && { workerd: firstLine(workerdBinary(), '--version').replace(/^workerd /, '') }),
    ...(runtimes.includes('deno') && { deno: firstLine(denoBinary(), '--version').replace(/^deno /, '') }),
  }
}
