import { execFileSync } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { catalogue } from '../../src/diagnostics/catalogue.ts'
import { fakeWorld, temporaryFolder } from './fake-world.ts'

const root = join(import.meta.dirname, '../..')

async function explainCode(...args: string[]) {
  const world = fakeWorld()
  const status = await run(['explain-code', ...args], world)
  return { status, ...world.said() }
}

test.each(['SB2001', 'sb2001', ' Sb2001 '])('prints the page of a code, in any letter case: "%s"', async code => {
  const page = await readFile(join(root, 'docs/diagnostics/SB2001.md'), 'utf8')
  expect(await explainCode(code)).toEqual({ status: 0, out: page, err: '' })
})

test.each([
  { code: 'SB20001', near: 'did you mean SB2001?' },
  { code: 'IST101', near: 'did you mean IST0101?' },
  { code: 'nonsense', near: 'signalbox explain-code lists all' },
])('an unknown code is named with its neighbour: $code', async ({ code, near }) => {
  const { status, out, err } = await explainCode(code)
  expect({ status, out, err }).toEqual({ status: 2, out: '', err: `error: there is no code "${code}"; ${near}\n` })
})

test('without a code, all are listed with their titles', async () => {
  const { status, out } = await explainCode()
  expect(status).toBe(0)
  expect(out.trimEnd().split('\n')).toHaveLength(Object.keys(catalogue).length)
  expect(out).toMatch(/^SB2001 +error +unknown field$/m)
})

test('the pages are part of the package, and are found wherever it is installed', async () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const files = JSON.parse(packed)[0].files.map(({ path }: { path: string }) => path)
  expect(files).toEqual(expect.arrayContaining(['docs/diagnostics/SB2001.md', 'schemas/routes.schema.json']))

  const installed = await temporaryFolder()
  for (const part of ['src/cli', 'src/diagnostics', 'docs/diagnostics']) {
    await cp(join(root, part), join(installed, part), { recursive: true })
  }
  const module = JSON.stringify(join(installed, 'src/cli/folders/code-pages.ts'))
  const printPage = `import { pageOf } from ${module}; process.stdout.write(pageOf('SB2001').markdown)`
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', printPage], {
    cwd: tmpdir(),
    encoding: 'utf8',
  })
  expect(printed).toContain('# SB2001: ')
})
