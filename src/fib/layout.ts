/**
 * How a table lies in its bytes. Every number is a little-endian 32-bit integer; sections start at multiples of 4.
 *
 * header · section directory · sections. The content hash covers everything behind the header, and names the table.
 */

/** "SBXF" read as a little-endian integer. */
export const magic = 0x46_58_42_53
/** Raised whenever a reader of the old format would misread the new one. */
export const formatVersion = 3

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
  'routes',
  'actions',
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
  /** 1 where a suffix of its domains begins within a label (`*-eu.example.com`), not at a dot. */
  splitsLabels: 4,
  /** 1 where nobody gets in whose client certificate the runtime does not vouch for. */
  requiresCertificate: 5,
  /** The SHA-256 of the certificates that get in, one behind the other; `none` where every verified one does. */
  certificateHashes: 6,
  certificateHashesBytes: 7,
  words: 8,
} as const
export const protocolNumber = { http: 0, https: 1 } as const

/**
 * hosts: an open-addressing hash table over (listener, kind, key) with a power-of-two number of slots. The key of
 * `*.example.com` is `.example.com`; the key of `*` is empty. `virtualHost` is `none` in an empty slot.
 */
export const hostSlot = { virtualHost: 0, listener: 1, kind: 2, key: 3, keyBytes: 4, words: 5 } as const
/** Domains of virtual hosts, and the names that HTTPS servers admit; the latter have the virtual host 0. */
export const hostKind = { exact: 0, suffix: 1, admittedExact: 2, admittedSuffix: 3 } as const

/** virtualHosts: where each of the four kinds of paths is looked up; `none` where the host has no such rule. */
export const virtualHost = {
  name: 0,
  nameBytes: 1,
  /** Offsets of root nodes in prefixNodes; the second tree holds case-folded prefixes. */
  prefixes: 2,
  foldedPrefixes: 3,
  /** Offsets of lists in candidates. */
  regexes: 4,
  anyPath: 5,
  /** 1 where exactPaths has keys of this host, or case-folded ones. */
  hasExact: 6,
  hasFoldedExact: 7,
  /** Its routes are these rows of routes, in the order in which they are tried. */
  firstRoute: 8,
  routeCount: 9,
  words: 10,
} as const

/** exactPaths: a hash table like hosts, over (virtual host, folded or not, path). */
export const pathSlot = { candidates: 0, virtualHost: 1, isFolded: 2, key: 3, keyBytes: 4, words: 5 } as const

/**
 * prefixNodes: radix trees. A node is its label, its candidates (or `none`), the number of its children, and for each
 * child, in the order of their first bytes, that byte and the offset of the node.
 */
export const node = { label: 0, labelBytes: 1, candidates: 2, childCount: 3, children: 4 } as const
export const nodeChild = { firstByte: 0, offset: 1, words: 2 } as const

/** candidates: lists of route rows, ascending, each behind its length. */
export const candidateList = { count: 0, rows: 1 } as const

/**
 * routes: one row a match, in the order in which the routes of a virtual host are tried: the smaller row wins.
 * `matchedBytes` is the length of the prefix that a rewrite replaces.
 */
export const route = {
  action: 0,
  pathKind: 1,
  matchedBytes: 2,
  /** The text of the path: exact, prefix or regex. */
  path: 3,
  pathBytes: 4,
  /** 1 where the letter case of the path does not matter. */
  isFolded: 5,
  conditions: 6,
  conditionsBytes: 7,
  name: 8,
  nameBytes: 9,
  words: 10,
} as const
export const pathKind = { any: 0, exact: 1, prefix: 2, regex: 3 } as const

/** actions and clusters: where in the pool the blob (JSON) of each lies; decoded when first used. */
export const blob = { offset: 0, bytes: 1, words: 2 } as const

/** settings: one row, of what holds for all listeners. */
export const settings = {
  pathNormalization: 0,
  /** How many proxies before this one can be trusted to say where a request comes from. */
  trustedHops: 1,
  words: 2,
} as const
export const pathNormalizationNumber = { base: 0, none: 1, 'merge-slashes': 2, 'decode-and-merge-slashes': 3 } as const
