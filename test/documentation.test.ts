import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

function textsIn(folder: string, ending: RegExp): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => ending.test(name))
  return names.map(name => readFileSync(join(folder, name), 'utf8')).join('\n')
}

test('every setting that the code reads from the environment is told in the README, the docs or wrangler.toml', () => {
  const told = [
    textsIn('docs', /\.md$/),
    readFileSync('README.md', 'utf8'),
    readFileSync('wrangler.toml', 'utf8'),
  ].join()
  const read = new Set(textsIn('src', /\.(ts|mjs)$/).match(/\bSIGNALBOX_[A-Z_]*[A-Z]\b/g))
  expect(read.size).toBeGreaterThan(10)
  expect([...read].filter(name => !new RegExp(`\\b${name}\\b`).test(told))).toEqual([])
})
