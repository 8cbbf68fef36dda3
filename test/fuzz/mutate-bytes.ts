import type { Random } from '../random.ts'

/** Bytes that mean something to a decoder or a parser: line ends, NUL, marks, the starts of sequences, invalid ones. */
const telling: readonly (readonly number[])[] = [
  [0x00],
  [0x07],
  [0x09],
  [0x0a],
  [0x0d],
  [0x0d, 0x0a],
  [0x1b, 0x5b],
  [0x7f],
  [0x80],
  [0xc0, 0xaf],
  [0xc2, 0x85],
  [0xc2, 0xa0],
  [0xe2, 0x80, 0xa8],
  [0xe2, 0x80, 0xae],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xef, 0xbf, 0xbd],
  [0xf0, 0x9f, 0x9a, 0x82],
  [0xfe, 0xff],
  [0xff, 0xfe],
  ...[...'\'"#&*!|>%@`{}[],:?-~=<\\/ '].map(mark => [mark.charCodeAt(0)]),
]

/** The bytes with some of them changed, put in, taken out or doubled. */
export function mutateBytes(bytes: Uint8Array, changes: number, random: Random): Uint8Array {
  let mutated = [...bytes]
  for (let change = 0; change < changes; change++) {
    const at = random.below(mutated.length + 1)
    switch (random.below(7)) {
      case 0:
        mutated[Math.min(at, Math.max(0, mutated.length - 1))] = random.below(256)
        break
      case 1:
        mutated.splice(at, 0, ...random.one(telling))
        break
      case 2:
        mutated.splice(at, 1, ...random.one(telling))
        break
      case 3:
        mutated.splice(at, 1 + random.below(8))
        break
      case 4:
        mutated.splice(at, 0, ...mutated.slice(at, at + 1 + random.below(60)))
        break
      case 5:
        mutated = mutated.slice(0, at)
        break
      default:
        mutated.splice(at, 0, ...Array.from({ length: 1 + random.below(4) }, () => random.below(256)))
    }
  }
  return Uint8Array.from(mutated)
}
