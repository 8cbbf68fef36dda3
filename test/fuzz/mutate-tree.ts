import { Document, parseAllDocuments } from 'yaml'
import type { Random } from '../random.ts'

/** Values that stand where others are wanted. */
const values: readonly unknown[] = [
  ...[null, '', ' ', '*', '*.', '.', '/', '//', '~', '0', '-1', 'true', 'x'.repeat(300), 'é', '🚂', 'a\nb', 'a\u0000b'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '*.example.com',
    'a..b',
    'a b',
    'A.B',
    'xn--',
    '10.0.0.1',
    '::1',
  ],
  ...[
    '5s',
    '0s',
    '-1s',
    '1d',
    '1h1h',
    '5',
    '.*',
    '(',
    '(?=a)',
    '[a-',
    'a{1001}',
    '(a*)*',
    '%REQ(x)%',
    '%',
    'HTTP',
    'http2',
    'mesh',
  ],
  ...[
    true,
    false,
    0,
    1,
    -1,
    80,
    65536,
    1.5,
    1e300,
    -0,
    Number.NaN,
    Infinity,
    2 ** 53,
    [],
    {},
    [[]],
    [null],
    [{}],
    { a: 1 },
  ],
  ...[
    [1, 2, 3],
    ['*'],
    ['a', 'a'],
    { exact: 'a' },
    { exact: 'a', prefix: 'b' },
    { regex: '(' },
    { number: 80 },
    { '': '' },
  ],
]

/** Names that mean something in one place or another, and some that mean something to JavaScript. */
const names = [
  ...[
    'apiVersion',
    'kind',
    'metadata',
    'spec',
    'status',
    'name',
    'namespace',
    'labels',
    'hosts',
    'host',
    'gateways',
    'http',
  ],
  ...[
    'tls',
    'tcp',
    'match',
    'route',
    'redirect',
    'directResponse',
    'delegate',
    'destination',
    'subset',
    'port',
    'weight',
  ],
  ...[
    'uri',
    'prefix',
    'exact',
    'regex',
    'headers',
    'withoutHeaders',
    'queryParams',
    'request',
    'set',
    'timeout',
    'retries',
  ],
  ...[
    'subsets',
    'trafficPolicy',
    'loadBalancer',
    'endpoints',
    'address',
    'ports',
    'servers',
    'selector',
    'exportTo',
    'items',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'prototype',
    'query_params',
    'cors_policy',
    '',
    '0',
    ' ',
  ],
]

type Branch = unknown[] | Record<string, unknown>

/** The text with values and fields changed, lost, renamed and moved, written anew in some style of YAML. */
export function mutateTree(text: string, other: string, changes: number, random: Random): string {
  const trees = treesOf(text)
  if (trees.length === 0) trees.push({})
  const foreign = treesOf(other)
  for (let change = 0; change < changes; change++) mutateOnce(trees, foreign, random)
  return trees.map(tree => written(tree, random)).join('---\n')
}

function treesOf(text: string): unknown[] {
  return parseAllDocuments(text, { logLevel: 'silent' })
    .filter(({ errors, contents }) => errors.length === 0 && contents !== null)
    .flatMap(document => {
      try {
        return [document.toJS()]
      } catch {
        // An alias without its anchor, or too many of them: hostile files are part of the texts.
        return []
      }
    })
}

function mutateOnce(trees: unknown[], foreign: readonly unknown[], random: Random): void {
  const branches = branchesOf(trees)
  const branch = random.one(branches)
  const others = branchesOf([...foreign, ...trees])
  if (random.oneIn(2)) mutateMildly(branch, others, random)
  else mutateWildly(branch, random.one(random.oneIn(3) ? others : branches), random)
}

/** What leaves most texts good: another value of the same field, an item twice, lost, or in another place. */
function mutateMildly(branch: Branch, others: readonly Branch[], random: Random): void {
  if (Array.isArray(branch)) {
    const [at, to] = [random.below(branch.length + 1), random.below(branch.length + 1)]
    if (random.oneIn(3)) branch.splice(at, 1)
    else branch.splice(to, 0, ...copyOf(random.oneIn(2) ? branch.slice(at, at + 1) : branch.splice(at, 1)))
    return
  }
  const keys = Object.keys(branch)
  if (keys.length === 0) return
  const key = random.one(keys)
  const holders = others.filter(each => !Array.isArray(each) && Object.hasOwn(each, key))
  if (random.oneIn(6)) remove(branch, key)
  else put(branch, key, copyOf((random.one(holders.length > 0 ? holders : [branch]) as Record<string, unknown>)[key]))
}

function mutateWildly(branch: Branch, away: Branch, random: Random): void {
  const key = random.one([...Object.keys(branch), ''])
  const value = branch[key as keyof Branch]
  switch (random.below(8)) {
    case 0:
      remove(branch, key)
      break
    case 1:
      put(branch, key, copyOf(random.one(values)))
      break
    case 2:
      put(branch, random.one(names), copyOf(random.one(values)))
      break
    case 3:
      put(branch, key, copyOf(away))
      break
    case 4:
      put(branch, random.one(names), copyOf(value))
      remove(branch, key)
      break
    case 5:
      put(branch, key, [value])
      break
    case 6:
      put(branch, key, { [random.one(names)]: value })
      break
    default:
      put(branch, random.one(names), copyOf(away))
  }
}

/** Every list and mapping, those that hold the others too. */
function branchesOf(trees: readonly unknown[]): Branch[] {
  const found: Branch[] = []
  const open: unknown[] = [trees]
  for (let next = open.pop(); next !== undefined && found.length < 5_000; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    found.push(next as Branch)
    open.push(...Object.values(next))
  }
  return found
}

function put(branch: Branch, key: string, value: unknown): void {
  if (Array.isArray(branch)) branch.splice(Number(key) || 0, 1, value)
  else Object.defineProperty(branch, key, { value, enumerable: true, configurable: true, writable: true })
}

function remove(branch: Branch, key: string): void {
  if (Array.isArray(branch)) branch.splice(Number(key) || 0, 1)
  else delete branch[key]
}

function copyOf<Value>(value: Value): Value {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value
}

function written(tree: unknown, random: Random): string {
  if (random.oneIn(6)) return `${JSON.stringify(tree, null, random.one([0, 2, '\t'])) ?? 'null'}\n`
  const document = new Document(tree, { aliasDuplicateObjects: false })
  return document.toString({
    collectionStyle: random.one(['any', 'block', 'flow'] as const),
    defaultStringType: random.one(['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL'] as const),
    indent: random.one([2, 4]),
    indentSeq: random.oneIn(2),
    lineWidth: random.one([0, 40, 80]),
  })
}
