import { expect, test } from 'vitest'
import { sections } from './capabilities/index.ts'
import { type Capability, holdsOn } from './capability.ts'
import { type Outcome, type Runtime, runtimes } from './outcome.ts'

const names: Readonly<Record<Runtime, string>> = { workerd: 'workerd', node: 'Node', deno: 'Deno' }

const introduction = `# Capabilities of each runtime

\`signalbox serve --runtime workerd|node|deno\` serves the same table on three runtimes. Each line is asserted on
each of them by the behaviour suite, over real sockets; this page is written by it.

What **works** does so as HTTP defines it. **Adapted** is the same intent by other means. What is **refused** is an error
that the client can recognise. What is **not seen** does not happen, and affects nothing else. Notes with the reason stand
below each table; a flag in \`backticks\` is the response flag in the access log.
`

/** docs/runtimes.md is what the suite asserts: neither can change without the other. `vitest -u` writes it anew. */
test('the page of runtimes says what the suite asserts', async () => {
  const tables = sections.map(
    ({ title, capabilities }) => `## ${title}\n\n${tableOf(capabilities)}${notesOf(capabilities)}`,
  )
  await expect(`${introduction}\n${tables.join('\n')}`).toMatchFileSnapshot('../../../docs/runtimes.md')
})

test('every capability is asserted on every runtime, each under a title of its own', () => {
  const all = sections.flatMap(({ capabilities }) => capabilities)
  const titles = all.flatMap(({ name, rules }) => rules.map(({ title }) => `${name}: ${title}`))
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  const silent = all.flatMap(each =>
    runtimes
      .filter(runtime => !each.rules.some(rule => holdsOn(rule, each, runtime)))
      .map(runtime => `${each.name}: nothing on ${runtime}`),
  )
  expect(silent).toEqual([])
})

/** Padded, as the formatter of this repository has it. */
function tableOf(capabilities: readonly Capability[]): string {
  const head = ['', ...runtimes.map(runtime => names[runtime])]
  const rows = capabilities.map(({ name, outcomes }) => [name, ...runtimes.map(runtime => outcomes[runtime].kind)])
  const widths = head.map((_cell, column) => Math.max(...[head, ...rows].map(row => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`
  return [head, widths.map(width => '-'.repeat(width)), ...rows].map(line).join('')
}

/** How a capability is adapted or refused, and why it is not seen, told once for the runtimes that share it. */
function notesOf(capabilities: readonly Capability[]): string {
  const notes = capabilities.flatMap(({ name, outcomes }) => {
    const told = runtimes.filter(runtime => wordsOf(outcomes[runtime]) !== undefined)
    return [...Map.groupBy(told, runtime => wordsOf(outcomes[runtime]))].map(([words, sharing]) => {
      const where = sharing.length === runtimes.length ? '' : ` (${sharing.map(runtime => names[runtime]).join(', ')})`
      return `- **${name}**${where}: ${words}\n`
    })
  })
  return notes.length === 0 ? '' : `\n${notes.join('')}`
}

function wordsOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'works':
      return undefined
    case 'adapted':
    case 'refused':
      return outcome.how
    case 'not seen':
      return outcome.why
    default:
      return outcome satisfies never
  }
}
