/** What stands below the help of a verb. */
export function exampleOf(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map(line => `  ${line}`).join('\n')}`
}
