import { guardTitles } from '../words/guard-words.ts'
import { type Difference, linesDifference } from './difference.ts'
import type { ListenerContent } from './listener-content.ts'

export interface ListenerChange {
  readonly kind: 'added' | 'removed' | 'changed'
  /** Of a renamed one, its new name. */
  readonly name: string
  readonly differences: readonly Difference[]
}

/** A listener on both sides, or on one alone. */
export interface ListenerPair {
  readonly before?: ListenerContent
  readonly after?: ListenerContent
}

/**
 * Which listeners of two tables are the same: those of one name, else those of one port and protocol that admit the same
 * hosts and clients, since the name of an HTTPS server changes with that of its Gateway.
 */
export function pairListeners(
  before: readonly ListenerContent[],
  after: readonly ListenerContent[],
): readonly ListenerPair[] {
  const oldByName = new Map(before.map(each => [each.name, each]))
  const newNames = new Set(after.map(({ name }) => name))
  const renamed = Map.groupBy(
    before.filter(({ name }) => !newNames.has(name)),
    placeOf,
  )
  const pairs = after.map((each): ListenerPair => {
    const same = oldByName.get(each.name) ?? renamed.get(placeOf(each))?.shift()
    return same ? { before: same, after: each } : { after: each }
  })
  return [...pairs, ...[...renamed.values()].flat().map(each => ({ before: each }))]
}

function placeOf({ port, protocol, admits, guards }: ListenerContent): string {
  return JSON.stringify([port, protocol, admits, guards])
}

const guardKinds = Object.keys(guardTitles) as (keyof typeof guardTitles)[]

/** What became of listeners, apart from the hosts that they serve. */
export function listenerChanges(pairs: readonly ListenerPair[]): ListenerChange[] {
  return pairs.flatMap(({ before, after }): ListenerChange[] => {
    if (!before) return after ? [{ kind: 'added', name: after.name, differences: [] }] : []
    if (!after) return [{ kind: 'removed', name: before.name, differences: [] }]
    const differences = [
      ...linesDifference('name', [before.name], [after.name]),
      ...linesDifference('port', [before.port], [after.port]),
      ...linesDifference('protocol', [before.protocol], [after.protocol]),
      ...linesDifference('admitted hosts', before.admits, after.admits),
      ...guardKinds.flatMap(kind =>
        linesDifference(guardTitles[kind], before.guards[kind] ?? [], after.guards[kind] ?? []),
      ),
    ]
    return differences.length === 0 ? [] : [{ kind: 'changed', name: after.name, differences }]
  })
}
