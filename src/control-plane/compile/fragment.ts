import { pathKind, pathShape, route as routeFields } from '../../fib/layout.ts'
import type { Route, RouteMatch } from '../ir/rib.ts'
import { Actions } from './actions.ts'
import { ConditionLists } from './condition-lists.ts'
import { indexPaths } from './path-index.ts'
import { hashText, type TextPlace, Texts } from './texts.ts'

/**
 * What the routes of one virtual host become, wherever in a table it will lie: rows, offsets and places of texts count
 * from the fragment's own start. `link` puts fragments together. All of it is one run of words, so that a million of
 * them take a million objects and no more; the last ones hold the texts.
 */
export type Fragment = Int32Array<ArrayBuffer>

/** The first words of a fragment: how much of each section follows, in this order, and what the virtual host's row says. */
export const fragmentHeader = {
  /** Of each text, in the order of their bytes: `fragmentText`. */
  texts: 0,
  /** Of the name of each cluster that actions name: `fragmentText`. Their bytes lie behind those of the texts. */
  clusterNames: 1,
  actions: 2,
  names: 3,
  conditions: 4,
  routes: 5,
  prefixNodes: 6,
  /** Words of candidates; as many words behind them say what each refers to (`refersTo`). */
  candidates: 7,
  exactPaths: 8,
  exactValues: 9,
  textBytes: 10,
  clusterNameBytes: 11,
  prefixes: 12,
  anyPath: 13,
  rare: 14,
  keys: 15,
  words: 16,
} as const

export const fragmentText = { bytes: 0, hash: 1, words: 2 } as const
/** Behind it stand the numbers of its clusters among those that the fragment names. */
export const fragmentAction = { blob: 0, blobBytes: 1, clusterCount: 2, clusters: 3 } as const
export const fragmentPath = { candidates: 0, isFolded: 1, path: 2, pathBytes: 3, words: 4 } as const
export const fragmentValue = { candidates: 0, split: 1, value: 2, valueBytes: 3, words: 4 } as const

// Texts are written here before it is known how many there are; fragments are made one after the other.
let room = new Uint8Array(64 * 1024)

/**
 * The fragment for the routes of a virtual host.
 *
 * @param splitRoom how many words of candidates there may be before the last split
 */
export function fragmentOf(routes: readonly Route[], splitRoom: number): Fragment {
  const texts = new Texts(room)
  const actions = new Actions(texts)
  const conditions = new ConditionLists(texts)
  const rows: number[] = []
  for (const route of routes) {
    pushRoute(rows, route, actions.rowOf(route.action), conditions.offsetOf(route.match.conditions), texts)
  }
  const paths = indexPaths(routes, texts, conditions, splitRoom)
  const bytes = texts.bytes()
  if (bytes.length > room.length && bytes.length < mostRoom) room = new Uint8Array(bytes.length * 2)
  return packed({ places: texts.places(), bytes }, actions.clusterNames(), {
    actions: actions.words,
    ...conditions.sections(),
    routes: rows,
    paths,
  })
}

const mostRoom = 4_000_000

interface Parts {
  readonly actions: readonly number[]
  readonly names: readonly number[]
  readonly conditions: readonly number[]
  readonly routes: readonly number[]
  readonly paths: ReturnType<typeof indexPaths>
}

interface PlacedTexts {
  readonly places: readonly TextPlace[]
  readonly bytes: Uint8Array
}

function packed(texts: PlacedTexts, clusterNames: PlacedTexts, parts: Parts): Fragment {
  const { actions, names, conditions, routes, paths } = parts
  const { candidates } = paths
  const exactPaths = paths.exactPaths.flatMap(({ candidates, isFolded, path }) => [
    candidates,
    isFolded,
    path.offset,
    path.bytes,
  ])
  const exactValues = candidates.values.flatMap(({ candidates, split, value }) => [
    candidates,
    split,
    value.offset,
    value.bytes,
  ])
  const sections = [
    actions,
    names,
    conditions,
    routes,
    paths.prefixNodes,
    candidates.words,
    candidates.kinds,
    exactPaths,
    exactValues,
  ]
  const places = (texts.places.length + clusterNames.places.length) * fragmentText.words
  const bytesAt = sections.reduce((end, { length }) => end + length, fragmentHeader.words + places)
  const bytes = texts.bytes.length + clusterNames.bytes.length
  const fragment: Fragment = new Int32Array(bytesAt + Math.ceil(bytes / 4))
  fragment[fragmentHeader.texts] = texts.places.length * fragmentText.words
  fragment[fragmentHeader.clusterNames] = clusterNames.places.length * fragmentText.words
  fragment[fragmentHeader.actions] = actions.length
  fragment[fragmentHeader.names] = names.length
  fragment[fragmentHeader.conditions] = conditions.length
  fragment[fragmentHeader.routes] = routes.length
  fragment[fragmentHeader.prefixNodes] = paths.prefixNodes.length
  fragment[fragmentHeader.candidates] = candidates.words.length
  fragment[fragmentHeader.exactPaths] = exactPaths.length
  fragment[fragmentHeader.exactValues] = exactValues.length
  fragment[fragmentHeader.textBytes] = texts.bytes.length
  fragment[fragmentHeader.clusterNameBytes] = clusterNames.bytes.length
  fragment[fragmentHeader.prefixes] = paths.prefixes
  fragment[fragmentHeader.anyPath] = paths.anyPath
  fragment[fragmentHeader.rare] = paths.rare
  fragment[fragmentHeader.keys] = paths.keys
  let at: number = fragmentHeader.words
  for (const { places, bytes } of [texts, clusterNames]) {
    for (const place of places) {
      fragment[at + fragmentText.bytes] = place.bytes
      fragment[at + fragmentText.hash] = hashText(bytes, place.offset, place.bytes)
      at += fragmentText.words
    }
  }
  for (const section of sections) {
    for (const word of section) fragment[at++] = word
  }
  const written = new Uint8Array(fragment.buffer, bytesAt * 4)
  written.set(texts.bytes)
  written.set(clusterNames.bytes, texts.bytes.length)
  return fragment
}

function pushRoute(words: number[], { name, match }: Route, actionRow: number, conditions: number, texts: Texts): void {
  const nameText = texts.add(name)
  const path = texts.add(pathText(match))
  const row = new Array<number>(routeFields.words)
  row[routeFields.action] = actionRow
  const isFolded = match.path && match.path.kind !== 'regex' && match.path.ignoresCase
  row[routeFields.path] = path.offset
  row[routeFields.pathShape] =
    pathKind[match.path?.kind ?? 'any'] | (isFolded ? pathShape.folded : 0) | (path.bytes << pathShape.bytesShift)
  row[routeFields.conditions] = conditions
  row[routeFields.name] = nameText.offset
  row[routeFields.nameBytes] = nameText.bytes
  words.push(...row)
}

function pathText({ path }: RouteMatch): string {
  if (!path) return ''
  return path.kind === 'regex' ? path.regex : path.value
}
