/** How a table is called in messages: the first 12 hexadecimal digits of its hash, as in the access log. */
export function shortVersion(version: string): string {
  return version.slice(0, 12)
}
