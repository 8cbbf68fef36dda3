import { parentPort, workerData } from 'node:worker_threads'
import { readCorpus } from './corpus.ts'
import { type Failure, judge } from './judge.ts'
import { type Level, mutate } from './mutate.ts'

/** The seeds `from`, `from + step`, … below `to`. */
export interface WorkerTask {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** What the thread says: what it is at, what it found, and in the end which seed took longest. */
export type WorkerMessage =
  | { readonly kind: 'at'; readonly seed: number }
  | { readonly kind: 'found'; readonly failure: FoundFailure }
  | { readonly kind: 'done'; readonly slowest: Slowest }

export interface Slowest {
  readonly seed: number
  readonly ms: number
}

export interface FoundFailure extends Failure {
  readonly seed: number
  readonly level: Level
}

const { from, to, step } = workerData as WorkerTask
const corpus = readCorpus()
const say = (message: WorkerMessage) => parentPort!.postMessage(message)
let slowest: Slowest = { seed: from, ms: 0 }
for (let seed = from; seed < to; seed += step) {
  say({ kind: 'at', seed })
  const { level, bytes } = mutate(corpus, seed)
  const judgement = judge(bytes)
  if (judgement.ms > slowest.ms) slowest = { seed, ms: judgement.ms }
  for (const failure of judgement.failures) say({ kind: 'found', failure: { ...failure, seed, level } })
}
say({ kind: 'done', slowest })
