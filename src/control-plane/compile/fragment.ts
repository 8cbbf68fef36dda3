import { pathKind, pathShape, route as routeFields } from '../../fib/layout.ts'
import type { Route, RouteMatch } from '../ir/rib.ts'
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
  actions: 1,
  names: 2,
  conditions: 3,
  routes: 4,
  prefixNodes: 5,
  /** Words of candidates; as many words behind them say what each refers to (`refersTo`). */
  candidates: 6,
  exactPaths: 7,
  exactValues: 8,
  textBytes: 9,
  prefixes: 10,
  anyPath: 11,
  rare: 12,
  keys: 13,
  words: 14,
} as const

export const fragmentText = { bytes: 0, hash: 1, words: 2 } as const
export const fragmentPath = { candidates: 0, isFolded: 1, path: 2, pathBytes: 3, words: 4 } as const
export const fragmentValue = { candidates: 0, split: 1, value: 2, valueBytes: 3, words: 4 } as const

// Texts are written here before it is known how many there are; fragments are made one after the other.
let room = new Uint8Array(64 * 1024)

/**
 * The fragment for the routes of a virtual host.
 *
 * @param actionTexts the texts of their actions
 * @param splitRoom how many words of candidates there may be before the last split
 */
export function fragmentOf(routes: readonly Route[], actionTexts: readonly string[], splitRoom: number): Fragment {
  const texts = new Texts(room)
  const actions = new Actions(texts)
  const conditions = new ConditionLists(texts)
  const rows: number[] = []
  for (const [index, route] of routes.entries()) {
    pushRoute(rows, route, actions.rowOf(actionTexts[index]!), conditions.offsetOf(route.match.conditions), texts)
  }
  const paths = indexPaths(routes, texts, conditions, splitRoom)
  const bytes = texts.bytes()
  if (bytes.length > room.length && bytes.length < mostRoom) room = new Uint8Array(bytes.length * 2)
  return packed(texts.places(), bytes, {
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

function packed(places: readonly TextPlace[], bytes: Uint8Array, parts: Parts): Fragment {
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
  const textWords = places.length * fragmentText.words
  const textsAt = sections.reduce((end, { length }) => end + length, fragmentHeader.words + textWords)
  const fragment: Fragment = new Int32Array(textsAt + Math.ceil(bytes.length / 4))
  fragment[fragmentHeader.texts] = textWords
  fragment[fragmentHeader.actions] = actions.length
  fragment[fragmentHeader.names] = names.length
  fragment[fragmentHeader.conditions] = conditions.length
  fragment[fragmentHeader.routes] = routes.length
  fragment[fragmentHeader.prefixNodes] = paths.prefixNodes.length
  fragment[fragmentHeader.candidates] = candidates.words.length
  fragment[fragmentHeader.exactPaths] = exactPaths.length
  fragment[fragmentHeader.exactValues] = exactValues.length
  fragment[fragmentHeader.textBytes] = bytes.length
  fragment[fragmentHeader.prefixes] = paths.prefixes
  fragment[fragmentHeader.anyPath] = paths.anyPath
  fragment[fragmentHeader.rare] = paths.rare
  fragment[fragmentHeader.keys] = paths.keys
  let at: number = fragmentHeader.words
  for (const place of places) {
    fragment[at + fragmentText.bytes] = place.bytes
    fragment[at + fragmentText.hash] = hashText(bytes, place.offset, place.bytes)
    at += fragmentText.words
  }
  for (const section of sections) {
    for (const word of section) fragment[at++] = word
  }
  new Uint8Array(fragment.buffer, textsAt * 4).set(bytes)
  return fragment
}

/** What a fragment has of the section `actions`: equal ones share one row. */
class Actions {
  readonly words: number[] = []
  readonly #texts: Texts
  readonly #rows = new Map<TextPlace, number>()

  constructor(texts: Texts) {
    this.#texts = texts
  }

  rowOf(text: string): number {
    const place = this.#texts.add(text)
    const known = this.#rows.get(place)
    if (known !== undefined) return known
    const row = this.#rows.size
    this.#rows.set(place, row)
    this.words.push(place.offset, place.bytes)
    return row
  }
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
