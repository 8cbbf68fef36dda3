import type { Paint } from '../../diagnostics/paint.ts'
import { count } from '../words/count.ts'

/** Lines of one sort, some of which may have to be left out. */
export interface LineGroup<Item> {
  readonly items: readonly Item[]
  /** The lines of one thing; the first one tells of it by itself. What is longer than `room` is cut. */
  lines(item: Item, room: number): readonly string[]
  /** What stands in place of those that are left out: `more host` (`… and 3 more hosts`). */
  readonly noun: string
  /** For how many an item stands; 1 if absent. */
  size?(item: Item): number
  /** How many there are beside the items; none if absent. */
  readonly further?: number
}

/** A section whose lines are known, as far as they can be needed. */
export interface RenderedSection {
  readonly blocks: readonly (readonly string[])[]
  /** The first block again, for so little room that it alone stands. */
  firstBlock(room: number): readonly string[]
  /** How many things stand in the blocks from each one on, those without a block included. */
  readonly left: readonly number[]
  readonly noun: string
}

/**
 * The lines of all sections, at most so many: short sections stand whole, long ones share what is left, and say what
 * they leave out.
 */
export function fitSections(sections: readonly RenderedSection[], most: number, paint: Paint): string[] {
  const room = roomFor(sections.map(lengthOf), most)
  return sections.flatMap((section, index) => cut(section, room[index]!, paint))
}

/** Renders a section no further than `most` lines can need. */
export function renderSection<Item>(
  { items, lines, noun, size = () => 1, further = 0 }: LineGroup<Item>,
  most: number,
): RenderedSection {
  // One more than there is room for, so that it is seen to be cut.
  const blocks = items.slice(0, most + 1).map(item => lines(item, most))
  const left = [further]
  for (const item of items.toReversed()) left.push(left.at(-1)! + size(item))
  const firstBlock = (room: number) => items.slice(0, 1).flatMap(item => lines(item, room).slice(0, room))
  return { blocks, firstBlock, left: left.reverse(), noun }
}

function lengthOf({ blocks, left }: RenderedSection): number {
  return blocks.flat().length + (left[blocks.length]! > 0 ? 1 : 0)
}

/** How many lines each gets: the shortest first, each at most an equal part of what is left. */
function roomFor(lengths: readonly number[], most: number): number[] {
  const room = lengths.map(() => 0)
  const order = [...lengths.keys()].sort((a, b) => lengths[a]! - lengths[b]!)
  let left = most
  for (const [rank, index] of order.entries()) {
    room[index] = Math.min(lengths[index]!, Math.floor(left / (order.length - rank)))
    left -= room[index]
  }
  return room
}

function cut(section: RenderedSection, room: number, paint: Paint): readonly string[] {
  const { blocks, left, noun } = section
  if (lengthOf(section) <= room && left[blocks.length] === 0) return blocks.flat()
  const shown: string[] = []
  let next = 0
  while (next < blocks.length && shown.length + blocks[next]!.length < room) shown.push(...blocks[next++]!)
  if (next === 0 && blocks.length > 0) {
    if (left[1] === 0) return section.firstBlock(room)
    shown.push(...section.firstBlock(room - 1))
    next = 1
  }
  return [...shown, paint('dim', `… and ${count(left[next]!, noun)}`)]
}
