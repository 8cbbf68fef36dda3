/**
 * The longest time that a timer of any runtime counts, in milliseconds: 24.8 days. With more it would fire at once.
 * A table holds no longer ones.
 */
export const longestTimerMs = 2 ** 31 - 1
