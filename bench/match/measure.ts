import { Random } from '../../test/random.ts'
import { median } from '../gateway/statistics.ts'
import { type Built, type Contender, contenders } from './contenders.ts'
import { nestedShape, type Shape, shapes } from './shapes.ts'

/** One contender on so many rules of one shape. */
export interface Row {
  readonly shape: string
  readonly rules: number
  readonly contender: string
  readonly nsPerDecision: number
  /** The fastest and the slowest of the runs. */
  readonly nsSpread: readonly [number, number]
  readonly bytesPerRule?: number
  readonly openMs?: number
  /** The first decision after opening: what is made at first use is made then. */
  readonly firstMs?: number
}

export interface Options {
  readonly sizes: readonly number[]
  readonly runs: number
  readonly runMs: number
  /** Only shapes and contenders with this in their names. */
  readonly shape: string
  readonly contender: string
  readonly onRow: (row: Row) => void
}

const askedCount = 4096
const missPart = 10

/** Measures all contenders that can do a shape in turns, after each has proved that it decides as it has to. */
export function measureAll({ sizes, runs, runMs, shape: chosen, contender, onRow }: Options): Row[] {
  const rows: Row[] = []
  for (const shape of shapes.filter(({ name }) => name.includes(chosen))) {
    for (const rules of sizes.filter(size => size <= shape.largest)) {
      const asked = askedOf(shape, rules)
      const able = contenders
        .filter(each => each.name.includes(contender) && each.canDo(shape, rules))
        .map(each => ({ each, built: proved(each, shape, rules, asked) }))
      const firsts = able.map(({ built }) => firstOf(built, asked))
      for (const { built } of able) warmUp(built, asked)
      const times: number[][] = able.map(() => [])
      for (let run = 0; run < runs; run++) {
        for (const [at, { built }] of able.entries()) times[at]!.push(timeOf(built, asked, runMs))
      }
      for (const [at, { each, built }] of able.entries()) {
        const { ownBytes, openMs } = built
        const firstMs = firsts[at]
        const row: Row = {
          shape: shape.name,
          rules,
          contender: each.name,
          nsPerDecision: median(times[at]!),
          nsSpread: [Math.min(...times[at]!), Math.max(...times[at]!)],
          ...(ownBytes !== undefined && { bytesPerRule: ownBytes / rules }),
          ...(openMs !== undefined && { openMs }),
          ...(firstMs !== undefined && { firstMs }),
        }
        rows.push(row)
        onRow(row)
      }
    }
  }
  return rows
}

interface Asked {
  readonly head: ReturnType<Shape['head']>
  readonly isMiss: boolean
}

/** Requests at random, the same in each run: one of ten is for no rule. */
function askedOf(shape: Shape, rules: number): readonly Asked[] {
  const random = new Random(rules)
  return Array.from({ length: askedCount }, (_, at) => {
    const isMiss = at % missPart === 0
    return { head: shape.head(isMiss ? 'miss' : random.below(rules)), isMiss }
  })
}

/** Builds a contender, and holds its decisions to the rules. @throws Error where one is another */
function proved({ name, build }: Contender, shape: Shape, rules: number, asked: readonly Asked[]): Built {
  const built = build(shape, rules)
  const reference = referenceOf(shape, rules)
  for (const each of asked.slice(0, 200)) {
    const [found, expected] = [built.decide(each.head), reference(each)]
    if (found !== expected) throw new Error(`${name}, ${shape.name}: ${found}, not ${expected}: ${each.head.path}`)
  }
  return built
}

/** Which rule serves a request, by what the shape says of itself. */
function referenceOf(shape: Shape, rules: number): (asked: Asked) => number {
  const served = new Map<string, number>()
  const keyOf = ({ head }: Asked) =>
    JSON.stringify([head.host, head.path, head.query, head.headers.valuesOf('x-tenant')])
  if (shape.name === 'absence of a header') return ({ isMiss }) => (isMiss ? -1 : 0)
  if (shape.name === nestedShape) return () => -1
  for (let index = 0; index < rules; index++) served.set(keyOf({ head: shape.head(index), isMiss: false }), index)
  return each => (each.isMiss ? -1 : served.get(keyOf(each))!)
}

const firstTimes = 21
const warmUpMs = 2_000

function firstOf(built: Built, asked: readonly Asked[]): number | undefined {
  return built.firstMs && median(asked.slice(0, firstTimes).map(({ head }) => built.firstMs!(head)))
}

/** Has each request decided once, as far as there is time: what is made at first use is measured by itself. */
function warmUp({ decide }: Built, asked: readonly Asked[]): void {
  const start = performance.now()
  for (const { head } of asked) {
    decide(head)
    if (performance.now() - start > warmUpMs) return
  }
}

/** Nanoseconds a decision, over at least so long. */
function timeOf({ decide }: Built, asked: readonly Asked[], runMs: number): number {
  const heads = asked.map(({ head }) => head)
  let decisions = 0
  let sum = 0
  const start = performance.now()
  let elapsed = 0
  // In small portions: one of a contender that walks may take seconds by itself.
  for (let at = 0; elapsed < runMs; at = (at + 64) % heads.length) {
    for (let index = at; index < at + 64; index++) sum += decide(heads[index]!)
    decisions += 64
    elapsed = performance.now() - start
  }
  // Nothing may be left out as unused.
  if (Number.isNaN(sum)) throw new Error('a decision is no number')
  return (elapsed * 1e6) / decisions
}
