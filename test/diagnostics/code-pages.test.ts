import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import type { SourceFile } from '../../src/control-plane/config/yaml/source-file.ts'
import { catalogue, type DiagnosticCode } from '../../src/diagnostics/catalogue.ts'
import { readCodePage } from '../../src/diagnostics/code-page.ts'
import { pageExamples } from './page-examples.ts'

const folder = join(import.meta.dirname, '../../docs/diagnostics')
const codes = (Object.keys(catalogue) as DiagnosticCode[]).sort()
const written = readdirSync(folder)
  .filter(file => file !== 'README.md')
  .map(file => file.replace(/\.md$/, ''))
const pages = codes.filter(code => written.includes(code)).map(code => ({ code, markdown: pageText(code) }))

function pageText(code: string): string {
  return readFileSync(join(folder, `${code}.md`), 'utf8')
}

test('every code has a page in docs/diagnostics/', () => {
  const missing = codes.filter(code => !written.includes(code))
  expect(missing.map(code => `docs/diagnostics/${code}.md: ${catalogue[code].title}`)).toEqual([])
})

test('every page is that of a code', () => {
  expect(written.filter(name => !Object.hasOwn(catalogue, name))).toEqual([])
})

/** Each code that is found, once. */
function codesIn(files: readonly SourceFile[]): string[] {
  return [...new Set(compileRoutes(files).diagnostics.map(({ code }) => code))].sort()
}

describe.each(pages)('the page of $code', ({ code, markdown }) => {
  const { title, bad, good, besides } = pageExamples(markdown)

  test('is headed by what the catalogue calls it', () => {
    expect(title).toBe(`${code}: ${catalogue[code].title}`)
  })

  test('says in a paragraph what is wrong, and then what to do', () => {
    const { summary, text } = readCodePage(code, markdown)
    expect(summary).toMatch(/^[A-Z].{30,}[.:]$/)
    expect(text).toMatch(/^What to do: /m)
  })

  test('has a bad example that earns the code, and no other one that it does not name', () => {
    expect(bad.length).toBeGreaterThan(0)
    expect(codesIn(bad)).toEqual([code, ...besides].sort())
  })

  test('has a good example without it, and without errors', () => {
    expect(good.length).toBeGreaterThan(0)
    const errors = compileRoutes(good).diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors).toEqual([])
    expect(codesIn(good)).not.toContain(code)
  })
})

test('the index names every code with its page', async () => {
  const lines = codes.map(code => `- [${code}](${code}.md) ${catalogue[code].severity}: ${catalogue[code].title}`)
  await expect(`${introduction}\n${lines.join('\n')}\n`).toMatchFileSnapshot(join(folder, 'README.md'))
})

const introduction = `# What findings mean

Each code that \`signalbox check\` prints has a page here; \`signalbox explain-code CODE\` prints it. \`ISTnnnn\` is the code
of \`istioctl analyze\` where it finds the same thing. The first digit of \`SBnnnn\` names the stage of the check: 1 file, 2
schema, 3 reference, 4 conflict, 5 reach, 6 effect. The meaning of a code never changes.

To suppress a finding, write \`# signalbox-ignore CODE: reason\` on its line or the line before it, or
\`# signalbox-ignore-file CODE: reason\` above the first line of YAML in the file. An error of the first two stages cannot
be suppressed, because it prevents a table.
`
