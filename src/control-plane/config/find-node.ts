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

type Targets = ReadonlyMap<Alias, Node>

/** Follows `path` from `root` as far as it exists, through aliases and merge keys; also by snake_case names. */
export function findNode(root: Node, path: FieldPath, targets: Targets): FoundNode {
  let found: FoundNode = { value: root, steps: 0 }
  for (const step of path) {
    const node = resolve(found.value, targets)
    if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | null | undefined
      if (item === undefined || typeof step !== 'number') return found
      found = { value: item, steps: found.steps + 1 }
    } else if (isMap(node)) {
      const pair = findPair(node, String(step), targets) ?? findPair(node, snakeCase(String(step)), targets)
      if (!pair) return found
      found = { key: pair.key as Node, value: pair.value as Node | null, steps: found.steps + 1 }
    } else return found
  }
  return found
}

function resolve(node: Node | null, targets: Targets): Node | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node
}

function findPair(map: YAMLMap, key: string, targets: Targets): Pair | undefined {
  const own = map.items.findLast(pair => isScalar(pair.key) && keyText(pair.key) === key)
  if (own) return own
  for (const pair of map.items) {
    if (!isMergeKey(pair.key)) continue
    const merged = resolve(pair.value as Node | null, targets)
    const sources = isSeq(merged) ? merged.items : [merged]
    for (const source of sources) {
      const node = resolve(source as Node | null, targets)
      const found = isMap(node) ? findPair(node, key, targets) : undefined
      if (found) return found
    }
  }
  return undefined
}
