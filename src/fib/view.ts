import { type Action, withClusters } from './action.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { Cluster } from './cluster.ts'
import { type Condition, subjects } from './condition.ts'
import type { Guard } from './guard.ts'
import { toHex } from './hash.ts'
import {
  type ActionRow,
  action,
  type ClusterRow,
  candidateList,
  cluster,
  condition,
  conditionTest,
  formatVersion,
  hashBytes,
  header,
  headerBytes,
  hostShape,
  hostSlot,
  type ListenerRow,
  listener,
  magic,
  matchNumber,
  nameRow,
  none,
  pathNormalizationNumber,
  pathShape,
  pathSlot,
  type RouteRow,
  type RowSection,
  route,
  sectionNames,
  settings,
  subjectNumber,
  type VirtualHostRow,
  valueSlot,
  virtualHost,
} from './layout.ts'
import { ListenerMatchCache } from './listener-match.ts'
import type { PathNormalization } from './normalize.ts'
import { compilePattern, compilePatternSet, type Pattern, type PatternSet } from './pattern.ts'

/** An opened table: its sections as typed arrays, and what is decoded from them when first used. */
export type TableView = { readonly pool: Uint8Array } & { readonly [Section in RowSection]: Int32Array } & {
  /** The content hash, 64 hexadecimal digits: the table's name. */
  readonly version: string
  /** The form that paths are brought to before they are matched. */
  readonly pathNormalization: PathNormalization
  /** How many proxies before this one can be trusted to say where a request comes from. */
  readonly trustedHops: number
  /** The listeners that requests entered last. */
  readonly listenerMatches: ListenerMatchCache
  readonly listenerCount: number
  /** The row of the listener with a name, or undefined. */
  listenerNamed(name: string): ListenerRow | undefined
  /** What a client has to be admitted by at a listener. */
  guardsOf(row: ListenerRow): readonly Guard[]
  readonly virtualHostCount: number
  readonly routeCount: number
  text(offset: number, bytes: number): string
  actionAt(row: ActionRow): Action<ClusterRow>
  clusterAt(row: ClusterRow): Cluster
  /** A text that is used again and again, such as a regex. */
  keptText(offset: number, bytes: number): string
  /** The name of a header or query parameter, by its row of `names`. */
  nameAt(row: number): string
  /** The regexes of a list in candidates, all of whose routes have one, in one set. */
  patternSetOf(list: number): PatternSet
  /** The regex of a route whose path is matched by one. */
  patternOf(row: RouteRow): Pattern
  /** The regex of a condition. */
  patternFor(regex: string): Pattern
}

/** The bytes are not a table that this reader can serve; the message says why. */
export class RefusedTableError extends Error {
  override readonly name = 'RefusedTableError'
}

// How many decoded values of one sort an isolate keeps. Far above what the busy part of a table needs, far below
// what a table of a million routes would take.
const cacheCapacity = 8192
// A regex takes some 20 to 40 KB, and sets of them are larger; isolates have 128 MB.
const patternCapacity = 2048
const setBytes = 32 * 1024 * 1024

/**
 * Opens a table. Costs the same for ten routes and for a million: nothing is decoded before it is used.
 *
 * The header and the section directory are checked, the content hash is not: a bundled table trusts its deployment,
 * and one that comes from elsewhere is hashed whole before it gets here.
 *
 * @throws RefusedTableError where the bytes are truncated, foreign, or of another format version
 */
export function openTable(bytes: Uint8Array | ArrayBuffer): TableView {
  const table = wordAligned(bytes)
  if (table.byteLength < headerBytes) throw new RefusedTableError(`${table.byteLength} bytes are too few for a table`)
  const words = new Int32Array(table.buffer, table.byteOffset, table.byteLength >> 2)
  if (words[header.magic] !== magic) throw new RefusedTableError('not a Signalbox table')
  if (words[header.formatVersion] !== formatVersion) {
    throw new RefusedTableError(
      `format version ${words[header.formatVersion]}, but this gateway reads ${formatVersion}`,
    )
  }
  if (words[header.lengthBytes] !== table.byteLength) {
    throw new RefusedTableError(`${table.byteLength} bytes of a table that has ${words[header.lengthBytes]}`)
  }
  // The hash covers what lies behind the header, so all of the header is compared.
  if (words.subarray(header.sectionCount + 1, header.words).some(word => word !== 0)) {
    throw new RefusedTableError('the header has words that mean nothing')
  }
  if (words[header.sectionCount] !== sectionNames.length) throw new RefusedTableError('wrong number of sections')
  return viewOf(sectionsOf(table, words), toHex(table.subarray(header.hash * 4, header.hash * 4 + hashBytes)))
}

/** Typed arrays need an address that is a multiple of 4; a slice of a larger buffer may not have one. */
function wordAligned(bytes: Uint8Array | ArrayBuffer): Uint8Array<ArrayBufferLike> {
  if (!(bytes instanceof Uint8Array)) return new Uint8Array(bytes)
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
}

type Sections = { readonly pool: Uint8Array } & { readonly [Section in RowSection]: Int32Array }

function sectionsOf(table: Uint8Array, words: Int32Array): Sections {
  const directory = sectionNames.map((name, index) => {
    const offset = words[headerBytes / 4 + index * 2]!
    const bytes = words[headerBytes / 4 + index * 2 + 1]!
    const isInside = offset >= headerBytes && bytes >= 0 && offset % 4 === 0 && offset + bytes <= table.byteLength
    if (!isInside || (name !== 'pool' && bytes % 4 !== 0)) {
      throw new RefusedTableError(`section ${name} does not lie inside the table`)
    }
    const start = table.byteOffset + offset
    return [
      name,
      name === 'pool' ? new Uint8Array(table.buffer, start, bytes) : new Int32Array(table.buffer, start, bytes >> 2),
    ]
  })
  const sections: Sections = Object.fromEntries(directory)
  checkShapes(sections)
  return sections
}

/** Sections of rows hold whole rows: what a search counts on. */
function checkShapes(sections: Sections): void {
  for (const [name, words] of Object.entries(rowWords)) {
    if (sections[name as RowSection].length % words !== 0) throw new RefusedTableError(`section ${name} has half a row`)
  }
}

/** How many words a row has, of the sections that are rows. */
export const rowWords = {
  listeners: listener.words,
  hosts: hostSlot.words,
  virtualHosts: virtualHost.words,
  exactPaths: pathSlot.words,
  exactValues: valueSlot.words,
  names: nameRow.words,
  routes: route.words,
  actions: action.words,
  actionClusters: 1,
  clusters: cluster.words,
  settings: settings.words,
} as const

function viewOf(sections: Sections, version: string): TableView {
  const { pool, listeners, virtualHosts, routes, clusters } = sections
  const actionCache = new BoundedCache<number, Action<ClusterRow>>(cacheCapacity)
  const clusterCache = new BoundedCache<number, Cluster>(cacheCapacity)
  const textCache = new BoundedCache<number, string>(cacheCapacity)
  const setCache = new BoundedCache<number, PatternSet>(setBytes, ({ memoryBytes }) => memoryBytes)
  const patternCache = new BoundedCache<string, Pattern>(patternCapacity)

  const text = (offset: number, bytes: number) => decodeText(pool, offset, bytes)
  // No text stands at the place of another: one that begins where another does is that one.
  const keptText = (offset: number, bytes: number) =>
    bytes === 0 ? '' : textCache.get(offset, () => text(offset, bytes))
  const guards: (readonly Guard[])[] = []
  let rowsByName: Map<string, ListenerRow> | undefined
  const patternFor = (regex: string) => patternCache.get(regex, () => compilePattern(regex))
  return {
    // One by one: with the fields of an object that was spread into it, a decision takes 374 ns instead of 266
    // (bench:match, 10 path rules).
    pool,
    listeners,
    hosts: sections.hosts,
    virtualHosts,
    exactPaths: sections.exactPaths,
    prefixNodes: sections.prefixNodes,
    candidates: sections.candidates,
    exactValues: sections.exactValues,
    conditions: sections.conditions,
    names: sections.names,
    routes,
    actions: sections.actions,
    actionClusters: sections.actionClusters,
    clusters,
    settings: sections.settings,
    version,
    pathNormalization: normalizationOf(sections.settings),
    trustedHops: sections.settings[settings.trustedHops]!,
    listenerMatches: new ListenerMatchCache(),
    listenerCount: listeners.length / listener.words,
    listenerNamed: name => {
      rowsByName ??= readListenerNames(listeners, text)
      return rowsByName.get(name)
    },
    guardsOf: row => {
      guards[row] ??= readGuards(listeners, row, text)
      return guards[row]
    },
    virtualHostCount: virtualHosts.length / virtualHost.words,
    routeCount: routes.length / route.words,
    text,
    keptText,
    nameAt: row =>
      keptText(
        sections.names[row * nameRow.words + nameRow.text]!,
        sections.names[row * nameRow.words + nameRow.textBytes]!,
      ),
    patternFor,
    actionAt: row => actionCache.get(row, () => readAction(sections, row)),
    clusterAt: row =>
      clusterCache.get(row, () => {
        const at = row * cluster.words
        return JSON.parse(text(clusters[at + cluster.blob]!, clusters[at + cluster.blobBytes]!))
      }),
    patternOf: row => patternFor(keptText(...pathOf(routes, row))),
    patternSetOf: list =>
      setCache.get(list, () => {
        const { candidates } = sections
        const first = list + candidateList.rows
        const rows = candidates.subarray(first, first + candidates[list + candidateList.count]!)
        return compilePatternSet(Array.from(rows, row => text(...pathOf(routes, row as RouteRow))))
      }),
  }
}

function pathOf(routes: Int32Array, row: RouteRow): [offset: number, bytes: number] {
  const at = row * route.words
  return [routes[at + route.path]!, routes[at + route.pathShape]! >> pathShape.bytesShift]
}

function normalizationOf(row: Int32Array): PathNormalization {
  const number = row[settings.pathNormalization]
  const found = Object.entries(pathNormalizationNumber).find(([, each]) => each === number)
  if (!found) throw new RefusedTableError(`unknown path normalization ${number}`)
  return found[0] as PathNormalization
}

// A string that begins with U+FEFF keeps it.
const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

function decodeText(pool: Uint8Array, offset: number, bytes: number): string {
  return utf8.decode(pool.subarray(offset, offset + bytes))
}

function readListenerNames(listeners: Int32Array, text: TableView['text']): Map<string, ListenerRow> {
  const rows = new Map<string, ListenerRow>()
  for (let at = 0; at < listeners.length; at += listener.words) {
    const name = text(listeners[at + listener.name]!, listeners[at + listener.nameBytes]!)
    if (!rows.has(name)) rows.set(name, (at / listener.words) as ListenerRow)
  }
  return rows
}

function readGuards(listeners: Int32Array, row: ListenerRow, text: TableView['text']): readonly Guard[] {
  const at = row * listener.words
  const blob = listeners[at + listener.guards]!
  return blob === none ? [] : JSON.parse(text(blob, listeners[at + listener.guardsBytes]!))
}

/** What a row of actions says, past the cache of a view: for those who read each once. */
export function readAction(
  { pool, actions, actionClusters }: Pick<TableView, 'pool' | 'actions' | 'actionClusters'>,
  row: ActionRow,
): Action<ClusterRow> {
  const at = row * action.words
  const clusters = actions[at + action.clusters]!
  const written: Action<number> = JSON.parse(
    decodeText(pool, actions[at + action.blob]!, actions[at + action.blobBytes]!),
  )
  return withClusters(written, number => actionClusters[clusters + number] as ClusterRow)
}

/** The name of a listener, such as `http.80` or `default`. */
export function listenerName(table: TableView, row: ListenerRow): string {
  const at = row * listener.words
  return table.text(table.listeners[at + listener.name]!, table.listeners[at + listener.nameBytes]!)
}

/** The name of a virtual host, for logs and explanations. */
export function virtualHostName(table: TableView, row: VirtualHostRow): string {
  const at = row * virtualHost.words
  return table.text(
    table.virtualHosts[at + virtualHost.name]!,
    table.virtualHosts[at + virtualHost.shape]! >> hostShape.bytesShift,
  )
}

/** The routes of a virtual host: the row of the first one, and how many there are. */
export function routesOf(table: TableView, row: VirtualHostRow): { readonly first: number; readonly count: number } {
  const at = row * virtualHost.words + virtualHost.firstRoute
  const first = table.virtualHosts[at]!
  const end = table.virtualHosts[at + virtualHost.words] ?? table.routeCount
  return { first, count: end - first }
}

/** The name of a route, for logs and explanations. */
export function routeName(table: TableView, row: RouteRow): string {
  const at = row * route.words
  return table.text(table.routes[at + route.name]!, table.routes[at + route.nameBytes]!)
}

/** What a route asks for beyond its path, as it was before it was compiled; for explanations. */
export function conditionsOf(table: TableView, row: RouteRow): readonly Condition[] {
  const list = table.routes[row * route.words + route.conditions]!
  if (list === none) return []
  const found: Condition[] = []
  for (let at = list; at < table.conditions.length; at += condition.words) {
    found.push(conditionAt(table, at))
    if ((table.conditions[at + condition.test]! & conditionTest.last) !== 0) break
  }
  return found
}

function conditionAt({ conditions, text, nameAt }: TableView, at: number): Condition {
  const test = conditions[at + condition.test]!
  const subject = nameOf(subjectNumber, test & conditionTest.subjectMask)
  if (subject === 'port') return { subject, port: conditions[at + condition.value]! }
  const kind = nameOf(matchNumber, (test >> conditionTest.matchShift) & conditionTest.matchMask)
  const value = text(conditions[at + condition.value]!, conditions[at + condition.valueBytes]!)
  const match = kind === 'present' ? { kind } : kind === 'regex' ? { kind, regex: value } : { kind, value }
  const name = nameAt(test >> conditionTest.nameShift)
  if (subject === 'header') return { subject, name, match, isNegated: (test & conditionTest.negated) !== 0 }
  return (subjects[subject].isNamed ? { subject, name, match } : { subject, match }) as Condition
}

function nameOf<Name extends string>(numbers: Readonly<Record<Name, number>>, number: number): Name {
  const found = (Object.keys(numbers) as Name[]).find(name => numbers[name] === number)
  if (found === undefined) throw new RefusedTableError(`a condition of the unknown kind ${number}`)
  return found
}
