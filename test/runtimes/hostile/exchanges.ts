import { setTimeout as pause } from 'node:timers/promises'
import { patienceMs } from '../../patience.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import type { HostileGateway } from './hostile-gateway.ts'
import { plainFault } from './plain-request.ts'
import { openDescriptors, residentBytes } from './process-facts.ts'
import { type Talk, talk } from './raw-client.ts'
import { describeSteps } from './steps.ts'
import { honestBody } from './strict-origin.ts'

export interface ExchangesOptions {
  readonly count: number
  readonly seed: number
  /** Is told after each thousand. */
  readonly onProgress?: (done: number, residentBytes: number) => void
}

/** What a process holds when nothing is going on. */
export interface Idle {
  readonly descriptors: number
  readonly residentBytes: number
}

export interface ExchangesReport {
  /** How many came to what. */
  readonly outcomes: ReadonlyMap<string, number>
  /** Everything that should not have been; the first ones in words. */
  readonly faultCount: number
  readonly faults: readonly string[]
  /** Answers that a hostile origin gave to one request and that another one to the same origin was handed. */
  readonly crossed: number
  /** After some warming up, and after all of it. */
  readonly before: Idle
  readonly after: Idle
  readonly slowestMs: number
  readonly elapsedMs: number
}

const atOnce = 24
/** When a client that was not answered says that nothing more will come. */
const hurryMs = 400
const settleMs = 3_000
/** Exchanges before the first look: by then each part of the runtime has been in use, and its heap is as it will be. */
const warmUpShare = 0.5
const plainEvery = 8
const toldFaults = 20

/** Plays random exchanges, several at a time, and looks after each that the gateway still serves what is right. */
export async function playExchanges(hostile: HostileGateway, options: ExchangesOptions): Promise<ExchangesReport> {
  const { gateway, origin, doubtful } = hostile
  const { count, seed, onProgress } = options
  const startMs = performance.now()
  const outcomes = new Map<string, number>()
  const faults: string[] = []
  /** Of requests that broke off. */
  const cutTargets = new Set<string>()
  let faultCount = 0
  let crossed = 0
  let slowestMs = 0
  const complain = (fault: string) => {
    faultCount++
    if (faults.length < toldFaults || fault.includes('by itself')) faults.push(fault)
  }

  async function playRange(from: number, to: number): Promise<void> {
    let next = from
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < to && gateway.isAlive) await playOne(next++)
      }),
    )
  }

  async function playOne(number: number): Promise<void> {
    const exchange = exchangeOf(seed, number)
    if (exchange.isRequestCut) cutTargets.add(exchange.targetAtOrigin)
    doubtful.onTarget(exchange.targetAtOrigin, exchange.misdeed)
    const { steps, methods, isHonest } = exchange
    const told = await talk({
      port: gateway.port,
      steps,
      methods,
      patienceMs,
      // Who is as it should be waits for its answer.
      ...(!isHonest && { hurryMs }),
    })
    doubtful.onTarget(exchange.targetAtOrigin, undefined)
    outcomes.set(told.outcome, (outcomes.get(told.outcome) ?? 0) + 1)
    slowestMs = Math.max(slowestMs, told.elapsedMs)
    const fault = faultOf(exchange, told)
    if (fault !== undefined) complain(`exchange ${number}: ${fault}; logged: ${hostile.entriesOf(exchange.target)}`)
    if (isOfAnother(exchange, told)) crossed++
    if (number % plainEvery === 0) {
      const plain = await plainFault(gateway.port)
      if (plain !== undefined) complain(`after exchange ${number}: ${plain}`)
    }
    for (const each of [origin, doubtful]) {
      for (const violation of each.takeViolations()) complain(`at the origin, about exchange ${number}: ${violation}`)
      for (const { target, body } of each.takeSeen()) {
        if (body !== undefined && cutTargets.has(target)) complain(`${target} broke off, and reached the origin whole`)
      }
    }
    if (number % 1000 === 999) onProgress?.(number + 1, residentBytes(gateway.pid))
  }

  async function idle(): Promise<Idle> {
    // What is kept of connections for later is no leak.
    for (const each of [origin, doubtful]) each.closeConnections()
    await pause(settleMs)
    if (!gateway.isAlive) return { descriptors: Number.NaN, residentBytes: Number.NaN }
    return { descriptors: openDescriptors(gateway.pid), residentBytes: residentBytes(gateway.pid) }
  }

  const warmUp = Math.ceil(count * warmUpShare)
  await playRange(0, warmUp)
  const before = await idle()
  await playRange(warmUp, count)
  const after = await idle()
  if (!gateway.isAlive) complain(`the gateway has ended by itself: ${gateway.errors.slice(-3000)}`)
  if (gateway.errors.includes('gateway fault'))
    complain(`the gateway met a fault of its own: ${gateway.errors.slice(-2000)}`)
  return { outcomes, faultCount, faults, crossed, before, after, slowestMs, elapsedMs: performance.now() - startMs }
}

/** What is wrong with what became of an exchange, whatever its bytes were; undefined where nothing is. */
function faultOf({ isHonest, isAnswerCut, target, method, steps, misdeed }: Exchange, told: Talk): string | undefined {
  const { outcome, violation, answers } = told
  const how = misdeed ? `; the origin: ${describeSteps(misdeed.steps)}` : ''
  const sent = () => describeSteps(steps) + how
  if (violation !== undefined) return `the gateway wrote ${violation}, asked with ${sent()}`
  if (outcome.includes('late'))
    return `neither answered nor closed in ${patienceMs} ms: ${outcome}, asked with ${sent()}`
  if (isAnswerCut && answers.some(({ headers }) => headers.some(([name]) => name === 'x-exchange'))) {
    return `an answer that broke off was handed on as whole: ${outcome}; ${sent()}`
  }
  if (!isHonest) return undefined
  const body = answers[0]?.body.toString('latin1')
  const isOwn = method === 'HEAD' || body === honestBody(target)
  return outcome === '200' && isOwn ? undefined : `an honest ${method} got ${outcome}: ${body?.slice(0, 100)}`
}

/** Whether a request that was as it should be got an answer that was given to another one. */
function isOfAnother({ isRequestHonest, misdeed }: Exchange, { answers }: Talk): boolean {
  if (!isRequestHonest || !misdeed) return false
  const written = misdeed.steps.map(step => (step.kind === 'write' ? step.bytes.toString('latin1') : '')).join('')
  return answers.some(({ headers }) => {
    const mark = headers.find(([name]) => name === 'x-exchange')?.[1]
    return mark !== undefined && !written.includes(mark)
  })
}
