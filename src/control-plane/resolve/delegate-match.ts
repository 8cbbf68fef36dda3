import { type HttpMatch, namedMatchFields } from './http-rule.ts'

/** Matches of a root and of its delegate, joined; `paths` says of each which match of the delegate it comes from. */
export interface JoinedMatches {
  readonly matches: readonly HttpMatch[]
  /** The index of the delegate's match for each of `matches`; undefined where it is the root's own. */
  readonly origins: readonly (number | undefined)[]
}

/** A match of a delegate that joins with none of its root's. */
export interface Misfit {
  readonly matchIndex: number
  /** For each match of the root, the field of the delegate's match that stands against it. */
  readonly conflicts: readonly MatchField[]
}

/** The way to a field of a match: `['uri', 'prefix']`. */
export type MatchField = readonly string[]

/**
 * Joins the matches of a root with those of a rule of its delegate: each of the one with each of the other that it
 * does not conflict with. A match of the delegate that joins with none takes its whole rule away.
 * Source: Istio's mergeHTTPMatchRequests.
 */
export function joinMatches(roots: readonly HttpMatch[], leaves: readonly HttpMatch[]): JoinedMatches | Misfit {
  if (roots.length === 0) return { matches: leaves, origins: leaves.map((_, index) => index) }
  if (leaves.length === 0) return { matches: roots, origins: roots.map(() => undefined) }
  const matches: HttpMatch[] = []
  const origins: number[] = []
  for (const [matchIndex, leaf] of leaves.entries()) {
    const conflicts: MatchField[] = []
    for (const root of roots) {
      const conflict = conflictOf(root, leaf)
      if (conflict) conflicts.push(conflict)
      else {
        matches.push(joinMatch(root, leaf))
        origins.push(matchIndex)
      }
    }
    if (conflicts.length === roots.length) return { matchIndex, conflicts }
  }
  return { matches, origins }
}

/** Each field of the delegate replaces the root's; maps are united, and the delegate's entry wins. */
function joinMatch(root: HttpMatch, leaf: HttpMatch): HttpMatch {
  const set = Object.fromEntries(Object.entries(leaf).filter(([, value]) => value !== undefined))
  const name = root.name && leaf.name ? `${root.name}-${leaf.name}` : leaf.name || root.name
  const port = leaf.port || root.port
  const sourceNamespace = leaf.sourceNamespace || root.sourceNamespace
  return {
    ...root,
    ...set,
    ...(name && { name }),
    ...(port && { port }),
    ...(sourceNamespace && { sourceNamespace }),
    ...Object.fromEntries(namedMatchFields.map(field => [field, united(root[field], leaf[field])])),
    sourceLabels: united(root.sourceLabels, leaf.sourceLabels),
    gateways: leaf.gateways.length > 0 ? leaf.gateways : root.gateways,
  }
}

/** Names that the operator chose: the map has no prototype. */
function united<Value>(
  root: Readonly<Record<string, Value>>,
  leaf: Readonly<Record<string, Value>>,
): Record<string, Value> {
  return Object.assign(Object.create(null), root, leaf)
}

/**
 * The first field of the delegate's match that stands against the root's match, or undefined where the two join.
 * Source: Istio's hasConflict.
 */
function conflictOf(root: HttpMatch, leaf: HttpMatch): MatchField | undefined {
  for (const field of ['uri', 'scheme', 'method', 'authority'] as const) {
    if (stringsConflict(root[field], leaf[field])) return [field, ...alternativeOf(leaf[field])]
  }
  for (const field of namedMatchFields) {
    for (const [name, value] of Object.entries(leaf[field])) {
      if (stringsConflict(root[field][name], value)) return [field, name, ...alternativeOf(value)]
    }
  }
  if ((root.ignoreUriCase === true) !== (leaf.ignoreUriCase === true)) return ['ignoreUriCase']
  if (root.port && leaf.port && root.port !== leaf.port) return ['port']
  // Unlike the others, a namespace of the root must be repeated by the delegate.
  if (root.sourceNamespace && leaf.sourceNamespace !== root.sourceNamespace) return ['sourceNamespace']
  for (const [name, value] of Object.entries(leaf.sourceLabels)) {
    const wanted = root.sourceLabels[name]
    if (wanted !== undefined && wanted !== value) return ['sourceLabels', name]
  }
  const isWithin = leaf.gateways.every(gateway => root.gateways.includes(gateway))
  return root.gateways.length > 0 && !isWithin ? ['gateways'] : undefined
}

type StringMatch = NonNullable<HttpMatch['uri']>

/**
 * Two conditions on one thing join where both are the same exact value, or where the delegate's prefix or exact value
 * begins with the root's prefix. With a regex, or a mere presence, on either side they never do.
 * Source: Istio's stringMatchConflict.
 */
function stringsConflict(root: StringMatch | undefined, leaf: StringMatch | undefined): boolean {
  if (!root || !leaf) return false
  if (root.exact) return leaf.exact !== root.exact
  if (root.prefix) return !(leaf.prefix || leaf.exact || '').startsWith(root.prefix)
  return true
}

function alternativeOf(match: StringMatch | undefined): string[] {
  return (['exact', 'prefix', 'regex'] as const).filter(name => match?.[name] !== undefined)
}
