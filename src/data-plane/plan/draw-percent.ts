/**
 * Whether a request is among the so many percent of all that something is done to; 100 needs no draw.
 *
 * @param random uniform in [0, 1)
 */
export function isDrawn(percent: number, random: () => number): boolean {
  return percent >= 100 || random() * 100 < percent
}
