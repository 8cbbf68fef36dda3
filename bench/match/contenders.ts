import findMyWay from 'find-my-way'
import { TrieRouter } from 'hono/router/trie-router'
import { addRoute, createRouter, findRoute as findInRou3 } from 'rou3'
import { compile } from '../../src/control-plane/compile/compile.ts'
import { layOutPrefixTree } from '../../src/control-plane/compile/prefix-tree.ts'
import { Texts } from '../../src/control-plane/compile/texts.ts'
import { firstFailure } from '../../src/control-plane/interpret/steps.ts'
import { lookUp } from '../../src/data-plane/match/look-up.ts'
import { node, nodeChild, none } from '../../src/fib/layout.ts'
import type { RequestHead } from '../../src/fib/request-head.ts'
import { openTable, type TableView } from '../../src/fib/view.ts'
import { itemsPath, type Shape } from './shapes.ts'

/** A way to decide about the requests of a shape. */
export interface Contender {
  readonly name: string
  readonly canDo: (shape: Shape, count: number) => boolean
  readonly build: (shape: Shape, count: number) => Built
}

/** Whether a request is served is what a decision says here; which rule serves it is proved by `indexOf`. */
export interface Built {
  /** The number of the rule that serves a request; `none` where no rule does. */
  decide(head: RequestHead): number
  /** Bytes beyond the texts and blobs of the rules themselves, for all of them; where it is a table. */
  readonly ownBytes?: number
  /** Milliseconds that it takes to open what was built before; where it is a table. */
  readonly openMs?: number
  /** Milliseconds that the first decision takes after it was opened; where it is a table. */
  firstMs?(head: RequestHead): number
}

const isPath = ({ name }: Shape) => name === 'path'

export const contenders: readonly Contender[] = [
  { name: 'signalbox', canDo: () => true, build: buildTable },
  { name: 'floor', canDo: isPath, build: (_, count) => buildFloor(count) },
  { name: 'find-my-way', canDo: (shape, count) => isPath(shape) && count <= 100_000, build: buildFindMyWay },
  { name: 'hono TrieRouter', canDo: (shape, count) => isPath(shape) && count <= 100_000, build: buildTrieRouter },
  { name: 'rou3', canDo: (shape, count) => isPath(shape) && count <= 100_000, build: buildRou3 },
  {
    name: 'linear',
    canDo: ({ name }, count) => count <= 100_000 && !/host|regex|nested/.test(name),
    build: buildWalk,
  },
]

const openings = 201

function buildTable(shape: Shape, count: number): Built {
  const bytes = compile(shape.rib(count))
  const times = Array.from({ length: openings }, () => {
    const start = performance.now()
    openTable(bytes)
    return performance.now() - start
  })
  const table = openTable(bytes)
  const ofHosts = table.virtualHostCount > 1
  const decideBy = (table: TableView, head: RequestHead) => {
    const { entered, route } = lookUp(table, head)
    return ofHosts && route !== none ? entered!.virtualHost : route
  }
  return {
    decide: head => decideBy(table, head),
    firstMs(head) {
      const opened = openTable(bytes)
      const start = performance.now()
      decideBy(opened, head)
      return performance.now() - start
    },
    ownBytes: bytes.length - table.pool.length,
    openMs: times.sort((a, b) => a - b)[openings >> 1]!,
  }
}

/** A bare radix tree over the same prefixes, in an Int32Array: what any table of prefixes costs at least. */
function buildFloor(count: number): Built {
  const texts = new Texts()
  const entries = Array.from({ length: count }, (_, index) => ({
    prefix: texts.add(itemsPath(index)),
    candidates: index,
  }))
  const words: number[] = []
  const root = layOutPrefixTree(entries, texts, words)
  const nodes = Int32Array.from(words)
  const bytes = texts.bytes()
  return { decide: ({ path }) => longestPrefix(nodes, bytes, root, path) }
}

function longestPrefix(nodes: Int32Array, bytes: Uint8Array, root: number, path: string): number {
  let found: number = none
  let at = root
  let consumed = 0
  for (;;) {
    const label = nodes[at + node.label]!
    const end = label + nodes[at + node.labelBytes]!
    // The first byte led here; the root has none.
    for (let byte = at === root ? label : label + 1; byte < end; byte++) {
      if (bytes[byte] !== path.charCodeAt(consumed++)) return found
    }
    if (nodes[at + node.candidates] !== none) found = nodes[at + node.candidates]!
    const next = path.charCodeAt(consumed++)
    const children = at + node.children
    const count = nodes[at + node.childCount]!
    const guess = next - nodes[children + nodeChild.firstByte]!
    const guessed = children + guess * nodeChild.words
    let child: number = none
    if (guess >= 0 && guess < count && nodes[guessed + nodeChild.firstByte] === next) {
      at = nodes[guessed + nodeChild.offset]!
      continue
    }
    let low = 0
    let high = count - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const place = children + middle * nodeChild.words
      const first = nodes[place + nodeChild.firstByte]!
      if (first === next) {
        child = nodes[place + nodeChild.offset]!
        break
      }
      if (first < next) low = middle + 1
      else high = middle - 1
    }
    if (child === none) return found
    at = child
  }
}

function buildFindMyWay(_: Shape, count: number): Built {
  const router = findMyWay()
  for (let index = 0; index < count; index++) router.on('GET', `${itemsPath(index)}/*`, () => {}, { index })
  return { decide: ({ path }) => (router.find('GET', path)?.store as { index: number } | undefined)?.index ?? none }
}

function buildTrieRouter(_: Shape, count: number): Built {
  const router = new TrieRouter<number>()
  for (let index = 0; index < count; index++) router.add('GET', `${itemsPath(index)}/*`, index)
  return { decide: ({ path }) => router.match('GET', path)[0][0]?.[0] ?? none }
}

function buildRou3(_: Shape, count: number): Built {
  const router = createRouter<number>()
  for (let index = 0; index < count; index++) addRoute(router, 'GET', `${itemsPath(index)}/**`, index)
  return { decide: ({ path }) => findInRou3(router, 'GET', path)?.data ?? none }
}

/** What Envoy does, and the reference: one rule after the other. */
function buildWalk(shape: Shape, count: number): Built {
  const [virtualHost] = shape.rib(count).listeners[0]!.virtualHosts
  const { routes } = virtualHost!
  return { decide: head => routes.findIndex(route => firstFailure(route, head) === undefined) }
}
