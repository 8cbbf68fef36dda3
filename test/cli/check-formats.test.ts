import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findingsFormats } from '../../src/cli/folders/findings-format.ts'
import { pipeline } from '../../src/cli/folders/pipeline.ts'
import { pathsFromSourceRoot } from '../../src/cli/folders/source-root.ts'
import { run } from '../../src/cli/program.ts'
import { fakeWorld } from './fake-world.ts'
import { folderOf } from './folder-of.ts'

async function signalbox(...args: string[]) {
  const world = { ...fakeWorld(), pipeline }
  const status = await run(args, world)
  return { status, ...world.said() }
}

const clean = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop.example.com]
  http:
    - redirect: {authority: www.example.com}
`
const yamls = {
  clean,
  error: clean.replace('authority', 'authorty'),
  warning: clean.replace('name: shop', 'name: Shop'),
  suppressed: clean.replace('{name: shop}', '{name: Shop} # signalbox-ignore SB2007: never applied to a cluster'),
}
type Yaml = keyof typeof yamls

describe('what check exits with does not depend on the format', () => {
  test.each<{ yaml: Yaml; args: string[]; status: number }>([
    { yaml: 'clean', args: [], status: 0 },
    { yaml: 'error', args: [], status: 1 },
    { yaml: 'warning', args: [], status: 0 },
    { yaml: 'warning', args: ['--strict'], status: 1 },
    { yaml: 'suppressed', args: ['--strict'], status: 0 },
  ])('$yaml $args: $status', async ({ yaml, args, status }) => {
    const folder = await folderOf({ 'shop.yaml': yamls[yaml] })
    for (const format of findingsFormats) {
      const result = await signalbox('check', ...args, '-o', format, folder)
      expect({ format, status: result.status, err: result.err }).toEqual({ format, status, err: '' })
    }
  })

  test('a folder that cannot be read: 2, and nothing on stdout', async () => {
    for (const format of findingsFormats) {
      expect(await signalbox('check', '-o', format, 'no/such/folder')).toEqual({
        status: 2,
        out: '',
        err: 'error: no/such/folder: no such file or folder\n',
      })
    }
  })

  test('a format that does not exist: 2', async () => {
    const { status, err } = await signalbox('check', '-o', 'xml')
    expect(status).toBe(2)
    expect(err).toContain('text, json, sarif, github')
  })
})

describe('stdout has the format alone', () => {
  test.each<{ yaml: Yaml; findings: number; suppressed: number }>([
    { yaml: 'clean', findings: 0, suppressed: 0 },
    { yaml: 'error', findings: 1, suppressed: 0 },
    { yaml: 'suppressed', findings: 0, suppressed: 1 },
  ])('$yaml', async ({ yaml, findings, suppressed }) => {
    const folder = await folderOf({ 'shop.yaml': yamls[yaml] })
    const json = JSON.parse((await signalbox('check', '-o', 'json', folder)).out)
    expect(json).toMatchObject({ version: 1, tool: { name: 'signalbox' }, summary: { files: 1, suppressed } })
    expect(json.diagnostics).toHaveLength(findings)
    expect(json.suppressed).toHaveLength(suppressed)
    const sarif = JSON.parse((await signalbox('check', '-o', 'sarif', folder)).out)
    expect(sarif.runs[0].results).toHaveLength(findings + suppressed)
    const { out } = await signalbox('check', '-o', 'github', folder)
    expect(out === '' ? [] : out.trimEnd().split('\n')).toHaveLength(findings)
  })

  test('the same bytes every time, whatever order the folders are named in', async () => {
    const folder = await folderOf({ 'a/shop.yaml': yamls.error, 'b/shop.yaml': yamls.warning.replace('shop.', 'www.') })
    for (const format of findingsFormats) {
      const { out } = await signalbox('check', '-o', format, join(folder, 'a'), join(folder, 'b'))
      expect((await signalbox('check', '-o', format, join(folder, 'b'), join(folder, 'a'))).out).toBe(out)
    }
  })
})

describe('compile', () => {
  test.each<{ yaml: Yaml; status: number; err: RegExp }>([
    { yaml: 'clean', status: 0, err: /^\S+: \d+ bytes, table [0-9a-f]{12} \(1 virtual host, 1 route\)\n$/ },
    { yaml: 'error', status: 1, err: /^nothing written to \S+\n$/ },
  ])('prints findings on stdout and all else on stderr: $yaml', async ({ yaml, status, err }) => {
    const folder = await folderOf({ 'routes/shop.yaml': yamls[yaml] })
    const table = join(folder, 'table.fib')
    const result = await signalbox('compile', join(folder, 'routes'), '-o', table, '--format', 'json')
    expect(result.status).toBe(status)
    expect(JSON.parse(result.out).summary.errors).toBe(status)
    expect(result.err).toMatch(err)
  })

  test('writes a table where what would keep it from it is suppressed', async () => {
    const unknown = clean.replace(
      'redirect: {authority: www.example.com}',
      'route: [{destination: {host: nowhere.internal}}] # signalbox-ignore IST0101: made elsewhere',
    )
    const folder = await folderOf({ 'routes/shop.yaml': unknown })
    const table = join(folder, 'table.fib')
    const { status } = await signalbox('compile', join(folder, 'routes'), '-o', table)
    expect(status).toBe(0)
    expect((await readFile(table)).byteLength).toBeGreaterThan(0)
  })
})

describe('text', () => {
  test('ends with the way to the page of the gravest finding, once', async () => {
    const folder = await folderOf({ 'a.yaml': yamls.warning, 'b.yaml': yamls.error.replaceAll('shop', 'www') })
    const { out } = await signalbox('check', folder)
    expect(out.match(/explain-code/g)).toHaveLength(1)
    expect(out.trimEnd().split('\n').slice(-2)).toEqual([
      '1 error, 1 warning in 2 files',
      '  = docs: signalbox explain-code SB2001',
    ])
  })

  test('counts what is suppressed', async () => {
    const folder = await folderOf({ 'a.yaml': yamls.suppressed })
    expect((await signalbox('check', folder)).out).toBe('no findings in 1 file (1 suppressed)\n')
  })
})

describe('paths are those from the root of the repository', () => {
  test('in whatever folder of it the check is run', async () => {
    const root = await folderOf({ '.git/HEAD': '', 'edge/routes/shop.yaml': '' })
    expect(pathsFromSourceRoot(root)('edge/routes/shop.yaml')).toBe('edge/routes/shop.yaml')
    expect(pathsFromSourceRoot(join(root, 'edge'))('routes/shop.yaml')).toBe('edge/routes/shop.yaml')
    expect(pathsFromSourceRoot(join(root, 'edge'))(join(root, 'edge/routes/shop.yaml'))).toBe('edge/routes/shop.yaml')
  })

  test('also in a worktree, where .git is a file', async () => {
    const root = await folderOf({ '.git': 'gitdir: elsewhere' })
    await mkdir(join(root, 'edge'))
    expect(pathsFromSourceRoot(join(root, 'edge'))('a.yaml')).toBe('edge/a.yaml')
  })

  test('so does SARIF name them', async () => {
    const folder = await folderOf({ 'shop.yaml': yamls.error })
    const { out } = await signalbox('check', '-o', 'sarif', folder)
    const [result] = JSON.parse(out).runs[0].results
    const { uri } = result.locations[0].physicalLocation.artifactLocation
    expect(uri).toBe(pathsFromSourceRoot(process.cwd())(join(folder, 'shop.yaml')))
    expect(uri).not.toMatch(/^(?:\/|file:)/)
  })
})
