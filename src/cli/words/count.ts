/** `1 file`, `2 files`. */
export function count(howMany: number, noun: string): string {
  return `${howMany} ${noun}${howMany === 1 ? '' : 's'}`
}
