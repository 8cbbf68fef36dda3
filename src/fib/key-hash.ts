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

/** Spreads the high bits over the low ones, which choose the slot. */
export function finishHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 12)) >>> 0
}
