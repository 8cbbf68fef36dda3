import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/program.ts'
import type { World } from '../../src/cli/world.ts'
import { fakePipeline, fakeWorld } from './fake-world.ts'
import { folderOf } from './folder-of.ts'

async function signalbox(...args: string[]) {
  const world = fakeWorld()
  const status = await run(args, world)
  return { status, ...world.said() }
}

describe('a wrong command line', () => {
  test.each([
    {
      title: 'an unknown verb is named with its neighbour',
      args: ['chek'],
      said: ["unknown command 'chek'", 'Did you mean check?'],
    },
    {
      title: 'an unknown option is named with its neighbour',
      args: ['check', '--strickt'],
      said: ["unknown option '--strickt'", '--strict'],
    },
    { title: 'no output', args: ['compile'], said: ["required option '-o, --output <file>'"] },
    { title: 'an output without a name', args: ['compile', '-o', ''], said: ['must name a file'] },
    { title: 'an output that is a folder', args: ['compile', '-o', 'dist/'], said: ['must name a file'] },
    { title: 'a port that is no number', args: ['dev', '--port', 'http'], said: ['from 0 to 65535'] },
    { title: 'a port that does not exist', args: ['dev', '--port', '65536'], said: ['from 0 to 65535'] },
    { title: 'origins that do not exist', args: ['dev', '--origins', 'fake'], said: ['echo, real'] },
    {
      title: 'a target that does not exist',
      args: ['check', '--target', 'bun'],
      said: ['workers, workerd, deno, node'],
    },
    { title: 'a label without a value', args: ['serve', '--label', 'istio'], said: ['key=value'] },
    { title: 'no verb', args: [], said: ['Usage: signalbox'] },
  ])('$title: 2, said on stderr', async ({ args, said }) => {
    const { status, out, err } = await signalbox(...args)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    for (const part of said) expect(err).toContain(part)
  })
})

test.each([
  ['--help'],
  ['help'],
  ['check', '--help'],
  ['compile', '--help'],
  ['schema', '--help'],
  ['explain', '--help'],
  ['explain-code', '--help'],
  ['dev', '--help'],
  ['serve', '--help'],
])('help is an answer, with examples: %s %s', async (...args) => {
  const { status, out, err } = await signalbox(...args)
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toContain('Examples:')
})

test('the version is the package’s', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await signalbox('--version')).toEqual({ status: 0, out: `${manifest.version}\n`, err: '' })
})

describe('check', () => {
  test.each([
    { title: 'says one line when all is well', text: 'fine', args: [], status: 0, out: 'no findings in 1 file\n' },
    { title: 'fails on an error', text: 'unknownHost', args: [], status: 1, out: '1 error in 1 file\n' },
    {
      title: 'does not fail on a warning',
      text: 'narrowGateway',
      args: [],
      status: 0,
      out: '0 errors, 1 warning in 1 file\n',
    },
    {
      title: 'fails on a warning when strict',
      text: 'narrowGateway',
      args: ['--strict'],
      status: 1,
      out: '1 warning in',
    },
    {
      title: 'does not fail on an info, also when strict',
      text: 'otherKind',
      args: ['--strict'],
      status: 0,
      out: '1 info in',
    },
  ])('$title', async ({ text, args, status, out }) => {
    const folder = await folderOf({ 'a.yaml': text })
    const result = await signalbox('check', ...args, folder)
    expect(result).toMatchObject({ status, err: '' })
    expect(result.out).toContain(out)
  })

  test('shows the place of a finding', async () => {
    const folder = await folderOf({ 'a.yaml': 'host: unknownHost' })
    const { out } = await signalbox('check', folder)
    expect(out).toContain(`${folder}/a.yaml:1:7`)
    expect(out).toContain('host: unknownHost')
  })

  test.each([
    { args: [], target: 'workers' },
    { args: ['--target', 'workers'], target: 'workers' },
    { args: ['--target', 'workerd'], target: 'workerd' },
    { args: ['--target', 'deno'], target: 'deno' },
    { args: ['--target', 'node'], target: 'node' },
  ])('judges for $target: $args', async ({ args, target }) => {
    const folder = await folderOf({ 'routes/a.yaml': 'fine' })
    const world = fakeWorld()
    const judged: unknown[] = []
    const pipeline: World['pipeline'] = {
      ...fakePipeline,
      compileRoutes(files, options) {
        judged.push(options)
        return fakePipeline.compileRoutes(files, options)
      },
    }
    const routes = join(folder, 'routes')
    await run(['check', routes, ...args], { ...world, pipeline })
    await run(['compile', routes, '-o', join(folder, 'table'), ...args], { ...world, pipeline })
    expect(judged).toMatchObject([{ target }, { target }])
  })

  test('warns of a file that has no effect yet', async () => {
    const folder = await folderOf({ 'a.yaml': 'fine', 'signalbox.yaml': 'unknownHost' })
    const { status, out } = await signalbox('check', folder)
    expect(status).toBe(0)
    expect(out).toContain(`"${folder}/signalbox.yaml" has no effect yet`)
  })

  test('a folder that cannot be read is 2', async () => {
    const folder = await folderOf({})
    const { status, out, err } = await signalbox('check', join(folder, 'nowhere'))
    expect({ status, out, err }).toEqual({
      status: 2,
      out: '',
      err: `error: ${folder}/nowhere: no such file or folder\n`,
    })
  })
})

describe('compile', () => {
  test('writes the table and tells its name', async () => {
    const folder = await folderOf({ 'routes/a.yaml': 'fine' })
    const output = join(folder, 'dist/table.bin')
    const { status, out, err } = await signalbox('compile', join(folder, 'routes'), '-o', output)
    const { version } = fakePipeline.readTableFacts(new TextEncoder().encode('fine'))
    const table = version.slice(0, 12)
    expect({ status, out, err }).toEqual({
      status: 0,
      out: `${output}: 4 bytes, table ${table} (1 virtual host, 2 routes)\n`,
      err: '',
    })
    expect(await readFile(output, 'utf8')).toBe('fine')
  })

  test('writes nothing when there is an error, and keeps the old table', async () => {
    const folder = await folderOf({ 'routes/a.yaml': 'unknownHost', table: 'old' })
    const { status, out, err } = await signalbox('compile', join(folder, 'routes'), '-o', join(folder, 'table'))
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toContain('IST0101')
    expect(err).toContain(`nothing written to ${folder}/table`)
    expect(await readFile(join(folder, 'table'), 'utf8')).toBe('old')
    expect((await readdir(folder)).sort()).toEqual(['routes', 'table'])
  })

  test('a warning does not keep the table from being written', async () => {
    const folder = await folderOf({ 'routes/a.yaml': 'narrowGateway' })
    const { status, err } = await signalbox('compile', join(folder, 'routes'), '-o', join(folder, 'table'))
    expect(status).toBe(0)
    expect(err).toContain('0 errors, 1 warning in 1 file')
  })

  test.each([
    { title: 'a folder in the place of the output', output: 'routes', said: 'is a folder, not a file' },
    { title: 'a file in the place of its folder', output: 'routes/a.yaml/table', said: 'a part of the path is a file' },
    {
      title: 'an output that is one of the inputs',
      output: 'routes/a.yaml',
      said: 'one of the input files',
    },
  ])('$title is 2 and changes nothing', async ({ output, said }) => {
    const folder = await folderOf({ 'routes/a.yaml': 'fine' })
    const { status, err } = await signalbox('compile', join(folder, 'routes'), '-o', join(folder, output))
    expect(status).toBe(2)
    expect(err).toContain(said)
    expect(await readFile(join(folder, 'routes/a.yaml'), 'utf8')).toBe('fine')
    expect(await readdir(folder)).toEqual(['routes'])
  })
})

describe('dev', () => {
  test.each([
    { title: 'a missing folder', path: 'nowhere', status: 2, said: 'nowhere: no such file or folder' },
    { title: 'an empty folder', path: 'empty', status: 2, said: 'no YAML in it' },
    { title: 'YAML that cannot be read', path: 'broken', status: 1, said: 'broken/a.yaml:1:1' },
  ])('$title ends it before it starts', async ({ path, status, said }) => {
    const folder = await folderOf({ 'broken/a.yaml': 'unreadable', 'empty/README.md': '' })
    const result = await signalbox('dev', join(folder, path))
    expect(result.status).toBe(status)
    expect(result.err).toContain(said)
  })
})

describe('a fault of ours', () => {
  test('is 3, said in one line without a stack', async () => {
    const folder = await folderOf({ 'a.yaml': 'explode' })
    const { status, err } = await signalbox('check', folder)
    expect(status).toBe(3)
    expect(err).toBe('signalbox: internal error: Error: invariant broken (SIGNALBOX_DEBUG=1 shows where)\n')
  })

  test('shows its stack when asked', async () => {
    const folder = await folderOf({ 'a.yaml': 'explode' })
    const world = { ...fakeWorld(), env: { SIGNALBOX_DEBUG: '1' } }
    expect(await run(['check', folder], world)).toBe(3)
    expect(world.said().err).toContain('fake-world.ts')
  })
})
