import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { packSources, unpackSources } from '../../../src/cli/versions/pack-sources.ts'

test.each([
  {
    title: 'below the folder keep their paths',
    paths: ['routes/a.yaml', '/project/routes/b/c.yaml'],
    packed: ['routes/a.yaml', 'routes/b/c.yaml'],
  },
  {
    title: 'beside it are named from where both lie',
    paths: ['routes/a.yaml', '../other/a.yaml'],
    packed: ['other/a.yaml', 'project/routes/a.yaml'],
  },
  {
    title: 'far away are named from the root',
    paths: ['routes/a.yaml', '/srv/a.yaml'],
    packed: ['project/routes/a.yaml', 'srv/a.yaml'],
  },
])('files $title, and none is lost', ({ paths, packed }) => {
  const sources = new Map(paths.map(path => [path, `text of ${path}`]))
  const unpacked = unpackSources(packSources(sources, '/project'))
  expect([...unpacked!.keys()]).toEqual(packed)
  expect([...unpacked!.values()].sort()).toEqual([...sources.values()].sort())
})

test('the same files are the same bytes, in whatever order they were read', () => {
  const files: [string, string][] = [
    ['b.yaml', 'b'],
    ['a.yaml', 'a'],
  ]
  expect(packSources(new Map(files), '/project')).toEqual(packSources(new Map(files.toReversed()), '/project'))
})

const packed = (...paths: readonly string[]) =>
  gzipSync(JSON.stringify({ format: 1, files: paths.map(path => ({ path, text: '' })) }))

test.each(['../../etc/a.yaml', '/etc/a.yaml', 'a/../../b.yml', '..\\..\\b.json', './/a.yaml'])(
  'a path cannot lead out: %s',
  path => {
    const [inside] = unpackSources(packed(path))!.keys()
    expect(inside).toMatch(/^[a-z]+(?:\/[a-z]+)*\.\w+$/)
  },
)

test.each(['.git/hooks/post-checkout', '.envrc', 'a/.git/b.yaml', 'a.sh', 'a.yaml\0.sh'])(
  'nothing but routes is unpacked: %s',
  path => {
    expect(unpackSources(packed('a.yaml', path))).toBeUndefined()
  },
)

test('two files of one name are not unpacked as one', () => {
  expect(unpackSources(packed('a/../b.yaml', 'a/b.yaml'))).toBeUndefined()
})

test.each([
  { title: 'bytes that are not compressed', value: new Uint8Array([1, 2, 3]) },
  { title: 'something else, compressed', value: gzipSync('rubbish') },
  { title: 'a later format', value: gzipSync('{"format":2,"files":[]}') },
  { title: 'no files', value: gzipSync('{"format":1}') },
])('$title is not unpacked', ({ value }) => {
  expect(unpackSources(value)).toBeUndefined()
})
