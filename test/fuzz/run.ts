#!/usr/bin/env node
// Judges mutations of good YAML, and says which of them are judged wrong: npm run test:fuzz -- [options]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { readCorpus } from './corpus.ts'
import { judge } from './judge.ts'
import { mutate } from './mutate.ts'
import type { FoundFailure, Slowest, WorkerMessage, WorkerTask } from './worker.ts'

const usage = `Usage: npm run test:fuzz -- [options]

Changes YAML of this repository (and of $CONFORMANCE_DIR/validation, where that is set) at random: bytes, lines, tokens
and values. No change may crash the check, take it more than 2 s, or give a finding without a position.

  --count N    how many mutations (default 100000)
  --from N     the seed of the first one (default 0); the others have the seeds after it
  --jobs N     how many at a time (default: one for each core)
  --show N     only print the mutation with this seed

Exit status: 0 nothing found, 1 something, 2 wrong usage
`

/** One mutation that takes so long has hung: its judge cannot say so itself. */
const hangMs = 60_000
const mostShown = 20

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  if (options.show !== undefined) {
    const { level, bytes } = mutate(readCorpus(), options.show)
    process.stderr.write(`seed ${options.show}, ${level}: ${JSON.stringify(judge(bytes), null, 1)}\n`)
    process.stdout.write(bytes)
    return 0
  }
  const { from, count, jobs } = options
  const start = performance.now()
  let failed = 0
  const tell = ({ seed, level, kind, what }: FoundFailure) => {
    if (++failed <= mostShown) process.stdout.write(`seed ${seed} (${level}): ${kind}: ${what.slice(0, 2_000)}\n`)
  }
  const threads = Array.from({ length: jobs }, (_, job) => ({ from: from + job, to: from + count, step: jobs }))
  const results = await Promise.all(threads.map(task => work(task, tell)))
  const slowest = results.reduce((a, b) => (a.ms > b.ms ? a : b))
  const minutes = (performance.now() - start) / 60_000
  process.stdout.write(
    `${count} mutations in ${minutes.toFixed(1)} min, the slowest ${Math.round(slowest.ms)} ms (seed ${slowest.seed})\n` +
      `${failed} failed\n`,
  )
  return failed > 0 ? 1 : 0
}

/** Has one thread judge a part of the mutations; where it hangs, what it was at is a failure, and the rest is left. */
function work(task: WorkerTask, tell: (failure: FoundFailure) => void): Promise<Slowest> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: task })
    let seed = task.from
    let since = performance.now()
    const watch = setInterval(() => {
      if (performance.now() - since < hangMs) return
      tell({
        seed,
        level: mutate(readCorpus(), seed).level,
        kind: 'slow',
        what: 'it hung; what came after was not judged',
      })
      void worker.terminate()
      end({ seed, ms: hangMs })
    }, 1_000)
    const end = (slowest: Slowest) => {
      clearInterval(watch)
      resolve(slowest)
    }
    worker.on('message', (message: WorkerMessage) => {
      since = performance.now()
      if (message.kind === 'at') seed = message.seed
      else if (message.kind === 'found') tell(message.failure)
      else end(message.slowest)
    })
    worker.on('error', reject)
  })
}

interface Options {
  readonly count: number
  readonly from: number
  readonly jobs: number
  readonly show: number | undefined
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        count: { type: 'string', default: '100000' },
        from: { type: 'string', default: '0' },
        jobs: { type: 'string', default: String(availableParallelism()) },
        show: { type: 'string' },
      },
    })
    const [count, from, jobs, show] = [values.count, values.from, values.jobs, values.show ?? '0'].map(Number)
    if (![count, from, jobs, show].every(each => Number.isInteger(each) && each! >= 0) || count === 0 || jobs === 0) {
      return 'count, from, jobs and show are whole numbers'
    }
    return { count: count!, from: from!, jobs: jobs!, show: values.show === undefined ? undefined : show! }
  } catch (error) {
    return `error: ${(error as Error).message}`
  }
}
