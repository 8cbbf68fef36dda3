/**
 * The hash of the table's own look-ups (FNV-1a over bytes, with a final mix). It places keys in slots and proves
 * nothing: every hit is compared with the key's text.
 */

const prime = 0x01000193

/** A start value that keeps the keys of different owners apart. */
export function seedHash(owner: number): number {
  return Math.imul(0x811c9dc5 ^ owner, 0x9e3779b1)
}

export function addToHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, prime)
}

/** The slot of a table with so many where the search for a key begins: the hash, spread, as a part of all hashes. */
export function homeSlot(hash: number, slotCount: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  const spread = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((((spread ^ (spread >>> 15)) >>> 0) * slotCount) / 0x1_0000_0000) | 0
}
