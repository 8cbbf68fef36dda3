#!/usr/bin/env node
// Measures `signalbox check` and `compile` beside `yaml` alone on the same files: npm run bench:check -- [options]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepare } from '../../src/cli/launch/build-command.mjs'
import { cacheFolder } from '../../src/cli/launch/cache-folder.mjs'
import { median } from '../gateway/statistics.ts'
import { withEdit } from './edit-file.ts'
import { measure, type Run } from './measure.ts'
import { type Corpus, writeFiles } from './write-files.ts'

const usage = `Usage: npm run bench:check -- [options]

  --files N    how many files (default 1000)
  --routes N   how many routes they have together (default 100000)
  --runs N     interleaved runs: A B C A B C … (default 5)
  --json       print one JSON object instead of text

Exit status: 0 measured, 2 wrong usage
`

const scriptOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const command = scriptOf('../../src/cli/signalbox.mjs')

interface Contender {
  readonly name: string
  readonly run: (folder: string) => Promise<Run>
}

// Compiled code is kept, as after any first run; what was found out about files is not, so that all of them are read.
const fromNothing = { NODE_COMPILE_CACHE: join(cacheFolder({})!, 'code'), SIGNALBOX_CACHE: 'off' }

/** The first one is what the others are held against. */
const contenders: readonly Contender[] = [
  { name: 'yaml alone', run: folder => measure(scriptOf('yaml-alone.ts'), [folder]) },
  { name: 'check', run: folder => measure(command, ['check', folder], fromNothing) },
  { name: 'compile', run: folder => measure(command, ['compile', folder, '-o', `${folder}.fib`], fromNothing) },
  { name: 'one edit', run: folder => measure(scriptOf('edit.ts'), [folder]) },
  { name: 'next process', run: folder => afterEdit(folder, ['check', folder]) },
  { name: 'next compile', run: folder => afterEdit(folder, ['compile', folder, '-o', `${folder}.fib`]) },
]

let edits = 0

/** A verb after an edit of one line, by a process that finds what the one before it kept. */
async function afterEdit(folder: string, verb: readonly string[]): Promise<Run> {
  const env = { SIGNALBOX_CACHE: `${folder}.cache` }
  if (edits === 0) await measure(command, ['check', folder], env)
  const path = join(folder, 'area-0', 'team-000000.yaml')
  await writeFile(path, withEdit(await readFile(path), `next-process-${++edits}`))
  return measure(command, verb, env)
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  const { files, routes, runs, isJson } = options
  // As `npm ci` leaves it, whatever was edited since.
  await prepare()
  const place = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  try {
    const folder = join(place, 'routes')
    const bytes = await writeFiles(folder, { files, routes })
    const measurements: Run[][] = contenders.map(() => [])
    for (let run = 0; run < runs; run++) {
      for (const [at, contender] of contenders.entries()) measurements[at]!.push(await contender.run(folder))
    }
    const report = { files, routes, bytes, runs, node: process.version, results: measurements.map(resultOf) }
    process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : render(report))
    return 0
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

interface Options extends Corpus {
  readonly runs: number
  readonly isJson: boolean
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '1000' },
        routes: { type: 'string', default: '100000' },
        runs: { type: 'string', default: '5' },
        json: { type: 'boolean', default: false },
      },
    })
    const [files, routes, runs] = [Number(values.files), Number(values.routes), Number(values.runs)]
    if (![files, routes, runs].every(each => Number.isInteger(each) && each > 0)) {
      return 'files, routes and runs are whole numbers above 0'
    }
    if (routes < files) return 'every file has a route at least'
    return { files, routes, runs, isJson: values.json }
  } catch (error) {
    return `error: ${(error as Error).message}`
  }
}

interface Result extends Run {
  readonly name: string
  /** The fastest and the slowest run. */
  readonly spreadMs: readonly [from: number, to: number]
}

/** The medians of one contender's runs. */
function resultOf(runs: readonly Run[], at: number): Result {
  const of = (what: 'ms' | 'cpuMs' | 'peakMegabytes') => runs.map(each => each[what])
  return {
    name: contenders[at]!.name,
    ms: median(of('ms')),
    cpuMs: median(of('cpuMs')),
    peakMegabytes: median(of('peakMegabytes')),
    spreadMs: [Math.min(...of('ms')), Math.max(...of('ms'))],
    said: runs[0]!.said,
  }
}

interface Report extends Corpus {
  readonly bytes: number
  readonly runs: number
  readonly node: string
  readonly results: readonly Result[]
}

function render({ files, routes, bytes, runs, node, results }: Report): string {
  const base = results[0]!
  const rows = results.map(({ name, ms, cpuMs, peakMegabytes, spreadMs: [from, to], said }) => {
    const time = `${seconds(ms)} (${seconds(from)}-${seconds(to)})`
    const times = `${(ms / base.ms).toFixed(2)}x`
    return `${name.padEnd(14)}${time.padStart(22)}${times.padStart(8)}${seconds(cpuMs).padStart(9)}${`${Math.round(peakMegabytes)} MB`.padStart(10)}  ${said}`
  })
  return `${[
    `${routes} routes in ${files} files, ${(bytes / 1e6).toFixed(1)} MB; medians of ${runs} interleaved runs; node ${node}, ${cpus().length} cores`,
    '',
    `${' '.repeat(14)}${'time (spread)'.padStart(22)}${'ratio'.padStart(8)}${'CPU'.padStart(9)}${'memory'.padStart(10)}`,
    ...rows,
  ].join('\n')}\n`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
