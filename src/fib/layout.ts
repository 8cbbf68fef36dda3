/**
 * How a table lies in its bytes. Every number is a little-endian 32-bit integer; sections start at multiples of 4.
 *
 * header · section directory · sections. The content hash covers everything behind the header, and names the table.
 */

/** "SBXF" read as a little-endian integer. */
export const magic = 0x46_58_42_53
/** Raised whenever a reader of the old format would misread the new one. */
export const formatVersion = 10

/** Word numbers in the header. */
export const header = { magic: 0, formatVersion: 1, hash: 2, lengthBytes: 10, sectionCount: 11, words: 16 } as const
export const headerBytes = header.words * 4
export const hashBytes = 32

/** The sections, in their order in the file. */
export const sectionNames = [
  'pool',
  'listeners',
  'hosts',
  'virtualHosts',
  'exactPaths',
  'prefixNodes',
  'candidates',
  'exactValues',
  'conditions',
  'names',
  'routes',
  'actions',
  'actionClusters',
  'clusters',
  'settings',
] as const
export type SectionName = (typeof sectionNames)[number]
/** The sections that are integers: all but the pool, which is bytes. */
export type RowSection = Exclude<SectionName, 'pool'>

declare const kind: unique symbol
/** The number of a row in a section, branded so that rows of two sections cannot be swapped. */
export type Row<Section extends string> = number & { readonly [kind]: Section }
export type ListenerRow = Row<'listener'>
export type VirtualHostRow = Row<'virtualHost'>
export type RouteRow = Row<'route'>
export type ActionRow = Row<'action'>
export type ClusterRow = Row<'cluster'>

/** What stands in a field that has no value. */
export const none = -1

/** listeners: one row each. */
export const listener = {
  /** `none` on the default listener. */
  port: 0,
  protocol: 1,
  name: 2,
  nameBytes: 3,
  /** Where suffixes of its domains may begin: one of `suffixPlace`. */
  suffixes: 4,
  /** Where in the pool the blob (JSON) of its guards lies, decoded when first used; `none` where it has no guard. */
  guards: 5,
  guardsBytes: 6,
  words: 7,
} as const
/** Nowhere (all its domains are whole names), at dots, or also within a label (`*-eu.example.com`). */
export const suffixPlace = { none: 0, dots: 1, anywhere: 2 } as const
export const protocolNumber = { http: 0, https: 1 } as const

/**
 * hosts: an open-addressing hash table over (listener, kind, key). The key of `*.example.com` is `.example.com`; the key
 * of `*` is empty. `virtualHost` is `none` in an empty slot. `owner` is what `hostOwner` makes of listener, kind and
 * length of the key.
 */
export const hostSlot = { virtualHost: 0, owner: 1, key: 2, words: 3 } as const
/** Domains of virtual hosts, and the names that HTTPS servers admit; the latter have the virtual host 0. */
export const hostKind = { exact: 0, suffix: 1, admittedExact: 2, admittedSuffix: 3 } as const
export const hostOwner = (listenerRow: number, kind: number, keyBytes: number): number =>
  ((listenerRow * 4 + kind) << 8) | keyBytes
/** Of a domain as a key: DNS has no longer one. */
export const longestHostKey = 255
export const hostKeyBytes = (owner: number): number => owner & 255
/** Listener and kind of an owner, as `hostOwner` makes them with no length. */
export const hostOwnerOnly = (owner: number): number => owner & ~255

/** virtualHosts: where each of the four kinds of paths is looked up; `none` where the host has no such rule. */
export const virtualHost = {
  name: 0,
  /** The length of its name in bytes, and which keys exactPaths has of it: `hostShape` takes them apart. */
  shape: 1,
  /** The offset of a root node in prefixNodes. */
  prefixes: 2,
  /** What names candidates. */
  anyPath: 3,
  /** The offset of `rarePaths` in candidates. */
  rare: 4,
  /** Its routes are the rows of routes from here to the first of the next virtual host, in the order in which they are tried. */
  firstRoute: 5,
  words: 6,
} as const
/** Whether exactPaths has keys of a virtual host, and case-folded ones. */
export const hostShape = { hasExact: 1, hasFoldedExact: 2, bytesShift: 2 } as const
/**
 * In candidates: what few virtual hosts have. The offset of a root node in prefixNodes, whose tree holds case-folded
 * prefixes, and that of one whose tree holds the routes whose path is a regex, each at the text that all paths begin with
 * which it matches, as a row by itself or in a list.
 */
export const rarePaths = { foldedPrefixes: 0, regexes: 1, words: 2 } as const

/** exactPaths: a hash table like hosts, over (virtual host, folded or not, path), the first two as `pathOwner`. */
export const pathSlot = { candidates: 0, owner: 1, key: 2, keyBytes: 3, words: 4 } as const
export const pathOwner = (virtualHostRow: number, isFolded: 0 | 1): number => virtualHostRow * 2 + isFolded

/**
 * prefixNodes: radix trees. A node is its label, its candidates (or `none`), the number of its children, and for each
 * child, in the order of their first bytes, that byte and the offset of the node.
 */
export const node = { label: 0, labelBytes: 1, candidates: 2, childCount: 3, children: 4 } as const
export const nodeChild = { firstByte: 0, offset: 1, words: 2 } as const

/**
 * candidates: where routes are looked for among those that share a path. What names one is `none`, a row by itself
 * (`loneName`), or the offset of a list: its length and its rows, ascending. In place of the length a `split` has
 * `splitMark`. Both have their smallest row in the second word, so that a list is left unread where it cannot win.
 */
export const candidateList = { count: 0, rows: 1, firstRow: 1 } as const

/**
 * The name of a row by itself: a number below `none`, which also tells whether the row may have conditions. Where it has
 * none, it need not be looked at, far away as it lies.
 */
export const loneName = (row: number, mayHaveConditions: boolean): number => -2 - row * 2 - (mayHaveConditions ? 1 : 0)
export const rowOfLone = (name: number): number => (-2 - name) >> 1
export const mayHaveConditions = (name: number): boolean => (name & 1) !== 0
/** The name of the same row where so many rows stand before it. */
export const movedLoneName = (name: number, rows: number): number => name - rows * 2

/**
 * A split divides the routes of a list by what one header (query parameter, method, …) has to be: those that want an
 * exact value lie in exactValues, those that want a prefix in a tree of prefixNodes, and the rest in a list of its own.
 * `groups` is the offset of the groups that share a condition of another kind: their number, and for each of them the
 * offset of that condition and what names its candidates. All that a split leads to lies behind it.
 */
export const split = {
  mark: 0,
  firstRow: 1,
  /** One of `subjectNumber`, or `none` where there are only groups. */
  subject: 2,
  /** A row of names; 0 where the subject has no name. */
  name: 3,
  prefixes: 4,
  groups: 5,
  rest: 6,
  words: 7,
} as const
export const splitMark = -1
export const splitGroup = { condition: 0, candidates: 1, words: 2 } as const

/** exactValues: a hash table like hosts, over (offset of the split, value); `owner` is that offset and the value's length. */
export const valueSlot = { candidates: 0, owner: 1, key: 2, words: 3 } as const
export const valueOwner = (split: number, keyBytes: number): number => (split << 8) | keyBytes
export const valueSplit = (owner: number): number => owner >>> 8
export const valueBytes = (owner: number): number => owner & 255
/** What fits into an owner. */
export const longestValueKey = 255
export const splitOffsets = 2 ** 24

/** conditions: lists of what a route asks for beyond its path. The last of a list says so. */
export const condition = { test: 0, value: 1, valueBytes: 2, words: 3 } as const
export const subjectNumber = { method: 0, scheme: 1, authority: 2, header: 3, query: 4, port: 5 } as const
export type SubjectNumber = (typeof subjectNumber)[keyof typeof subjectNumber]
export const matchNumber = { exact: 0, prefix: 1, regex: 2, present: 3 } as const
/**
 * `test` of a condition: its subject, its match, whether it is negated, whether it is the last of its list, and the row of
 * its name. A port has its number as its value.
 */
export const conditionTest = {
  subjectMask: 7,
  matchShift: 3,
  matchMask: 3,
  negated: 32,
  last: 64,
  nameShift: 7,
} as const
/** names: of headers and query parameters, each once. */
export const nameRow = { text: 0, textBytes: 1, words: 2 } as const

/** routes: one row a match, in the order in which the routes of a virtual host are tried: the smaller row wins. */
export const route = {
  action: 0,
  /** The text of the path: exact, prefix or regex. */
  path: 1,
  /** Its length in bytes, its kind, and whether its letter case does not matter: `pathShape` takes them apart. */
  pathShape: 2,
  /** Offset of a list in conditions; `none` where the path is all. */
  conditions: 3,
  name: 4,
  nameBytes: 5,
  words: 6,
} as const
export const pathShape = { kindMask: 3, folded: 4, bytesShift: 3 } as const
export const pathKind = { any: 0, exact: 1, prefix: 2, regex: 3 } as const

/**
 * actions: where in the pool the blob (JSON) of each lies, which is decoded when first used, and where in actionClusters
 * the rows of the clusters begin that it forwards to; `none` where it does not. The blob names each by its number there,
 * so that actions that differ in their clusters alone share it.
 */
export const action = { blob: 0, blobBytes: 1, clusters: 2, words: 3 } as const

/** clusters: where in the pool the blob (JSON) of each lies; decoded when first used. */
export const cluster = { blob: 0, blobBytes: 1, words: 2 } as const

/** settings: one row, of what holds for all listeners. */
export const settings = {
  pathNormalization: 0,
  /** How many proxies before this one can be trusted to say where a request comes from. */
  trustedHops: 1,
  words: 2,
} as const
export const pathNormalizationNumber = { base: 0, none: 1, 'merge-slashes': 2, 'decode-and-merge-slashes': 3 } as const
