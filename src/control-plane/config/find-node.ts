import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import { snakeCase } from './message.ts'
import { isMergeKey, keyText } from './plain-data.ts'
import type { FieldPath } from './resource.ts'

/** Where a path leads in a document. */
export interface FoundNode {
  /** The key of the last step, absent for an item of a list and for the root. */
  readonly key?: Node
  /** The value; null where the key has none. */
  readonly value: Node | null
  /** How many steps of the path exist. */
  readonly steps: number
}

/** Finds the nodes of one document by path. */
export class NodeFinder {
  readonly #targets: ReadonlyMap<Alias, Node>
  /** The pairs of each mapping that was looked into, by the text of their keys: a mapping may be large. */
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>()

  constructor(targets: ReadonlyMap<Alias, Node>) {
    this.#targets = targets
  }

  /** Follows `path` from `root` as far as it exists, through aliases and merge keys; also by snake_case names. */
  find(root: Node, path: FieldPath): FoundNode {
    let found: FoundNode = { value: root, steps: 0 }
    for (const step of path) {
      const node = this.#resolve(found.value)
      if (isSeq(node)) {
        const item = typeof step === 'number' ? (node.items[step] as Node | null | undefined) : undefined
        if (item === undefined) return found
        found = { value: item, steps: found.steps + 1 }
      } else if (isMap(node)) {
        const pair = this.#findPair(node, String(step)) ?? this.#findPair(node, snakeCase(String(step)))
        if (!pair) return found
        found = { key: pair.key as Node, value: pair.value as Node | null, steps: found.steps + 1 }
      } else return found
    }
    return found
  }

  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (this.#targets.get(node) ?? null) : node
  }

  #findPair(map: YAMLMap, key: string): Pair | undefined {
    const own = this.#pairsOf(map).get(key)
    if (own) return own
    for (const pair of map.items) {
      if (!isMergeKey(pair.key)) continue
      const merged = this.#resolve(pair.value as Node | null)
      for (const source of isSeq(merged) ? merged.items : [merged]) {
        const node = this.#resolve(source as Node | null)
        const found = isMap(node) ? this.#findPair(node, key) : undefined
        if (found) return found
      }
    }
    return undefined
  }

  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map)
    if (known) return known
    const pairs = new Map<string, Pair>()
    for (const pair of map.items) if (isScalar(pair.key) && !isMergeKey(pair.key)) pairs.set(keyText(pair.key), pair)
    this.#pairs.set(map, pairs)
    return pairs
  }
}
