/** A heading with the lines that stand beside it; one without lines is left out. */
export type Section = readonly [heading: string, lines: readonly string[]]
