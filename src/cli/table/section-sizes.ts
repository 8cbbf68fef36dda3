import {
  headerBytes,
  hostSlot,
  none,
  pathSlot,
  type RowSection,
  type SectionName,
  sectionNames,
  valueSlot,
} from '../../fib/layout.ts'
import { rowWords, type TableView } from '../../fib/view.ts'

/** What a section of a table takes up. */
export interface SectionSize {
  readonly section: SectionName | 'header'
  readonly bytes: number
  /** How many rows it has; absent where it is no list of rows. */
  readonly rows?: number
  /** How many slots of a hash table are taken. */
  readonly taken?: number
}

/** The word by which a slot of a hash table is `none` where it is empty. */
const slotMark: { readonly [Section in RowSection]?: number } = {
  hosts: hostSlot.virtualHost,
  exactPaths: pathSlot.candidates,
  exactValues: valueSlot.candidates,
}

/** The sections of a table in their order, with what they take up; first the header with the directory of sections. */
export function sectionSizes(table: TableView): SectionSize[] {
  const directory = sectionNames.length * 2 * 4
  return [{ section: 'header', bytes: headerBytes + directory }, ...sectionNames.map(name => sizeOf(table, name))]
}

function sizeOf(table: TableView, section: SectionName): SectionSize {
  const bytes = table[section].byteLength
  if (!hasRows(section)) return { section, bytes }
  const words = rowWords[section]
  const rows = table[section].length / words
  const mark = slotMark[section]
  if (mark === undefined) return { section, bytes, rows }
  let taken = 0
  for (let row = 0; row < rows; row++) if (table[section][row * words + mark] !== none) taken++
  return { section, bytes, rows, taken }
}

function hasRows(section: SectionName): section is keyof typeof rowWords {
  return Object.hasOwn(rowWords, section)
}
