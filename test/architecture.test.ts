import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/**
 * Which rooms each room may import from, as ARCHITECTURE.md draws it. The most specific folder counts; a room may
 * always import from itself.
 */
const rooms: Record<string, readonly string[]> = {
  diagnostics: [],
  fib: [],
  'control-plane/config': ['diagnostics', 'fib'],
  'control-plane/ir': ['diagnostics', 'fib'],
  'control-plane/translate': ['control-plane/config', 'control-plane/ir', 'diagnostics', 'fib'],
  'control-plane/analysis': ['control-plane/config', 'control-plane/translate', 'diagnostics', 'fib'],
  'control-plane/interpret': ['control-plane/ir', 'fib'],
  'control-plane/compile': ['control-plane/ir', 'fib'],
  'control-plane': [
    'control-plane/analysis',
    'control-plane/compile',
    'control-plane/config',
    'control-plane/ir',
    'control-plane/translate',
    'diagnostics',
    'fib',
  ],
  telemetry: ['fib'],
  store: ['fib'],
  'data-plane': ['data-plane/plan', 'fib'],
  'data-plane/match': ['fib'],
  'data-plane/plan': ['data-plane/balance', 'data-plane/match', 'fib'],
  'data-plane/balance': ['fib'],
  'data-plane/proxy': ['data-plane', 'data-plane/plan', 'data-plane/balance', 'fib', 'telemetry'],
  runtimes: ['data-plane', 'data-plane/proxy', 'fib', 'store', 'telemetry'],
  'runtimes/node-http': ['runtimes', 'data-plane', 'data-plane/proxy', 'fib', 'store', 'telemetry'],
  'runtimes/node': ['runtimes/node-http'],
  'runtimes/deno': ['runtimes', 'runtimes/node-http', 'data-plane', 'data-plane/proxy', 'fib', 'store', 'telemetry'],
  'runtimes/workers': ['runtimes', 'data-plane', 'fib', 'store', 'telemetry'],
  cli: [
    'control-plane',
    'control-plane/config',
    'control-plane/interpret',
    'control-plane/ir',
    'data-plane',
    'data-plane/balance',
    'data-plane/match',
    'data-plane/plan',
    'data-plane/proxy',
    'diagnostics',
    'fib',
    'runtimes',
    'runtimes/node-http',
    'store',
    'telemetry',
  ],
}

/** Packages, and the only rooms that may import them. `node:` stands for Node's own modules. */
const packages: Record<string, readonly string[]> = {
  yaml: ['control-plane/config'],
  zod: ['control-plane/config'],
  re2js: ['fib', 'control-plane/config'],
  '@noble/hashes': ['fib'],
  hono: ['runtimes', 'runtimes/workers'],
  commander: ['cli'],
  miniflare: ['cli'],
  wrangler: ['cli'],
  esbuild: ['cli'],
  'cloudflare:': ['runtimes/workers'],
  'node:': ['cli', 'runtimes/node-http', 'runtimes/node', 'runtimes/deno'],
}

interface Import {
  readonly file: string
  readonly target: string
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(file => /\.(ts|mjs)$/.test(file) && !file.endsWith('.d.ts'))
  .map(file => file.replaceAll('\\', '/'))
const imports = files.flatMap(importsOf)

function importsOf(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8')
  // Statements that import or re-export, types included, and dynamic imports of a literal.
  const statements =
    /^\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|^\s*import\s*'([^']+)'|import\(\s*'([^']+)'\s*\)/gm
  return [...text.matchAll(statements)].map(([, from, bare, dynamic]) => ({ file, target: (from ?? bare ?? dynamic)! }))
}

function roomOf(file: string): string {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    if (folder in rooms) return folder
  }
  throw new Error(`src/${file} lies in no room`)
}

test('every file of src lies in a room', () => {
  expect(files.map(roomOf)).toHaveLength(files.length)
  expect(imports.length).toBeGreaterThan(files.length)
})

test('rooms import only from the rooms they may know', () => {
  const broken = imports
    .filter(({ target }) => target.startsWith('.') && !target.endsWith('.fib'))
    .map(({ file, target }) => ({ file, from: roomOf(file), to: roomOf(normalize(join(dirname(file), target))) }))
    .filter(({ from, to }) => from !== to && !rooms[from]!.includes(to))
  expect(broken).toEqual([])
})

test('packages are imported only in their rooms', () => {
  const broken = imports
    .filter(({ target }) => !target.startsWith('.'))
    .filter(({ file, target }) => {
      const name = Object.keys(packages).find(
        known => target === known || target.startsWith(known.endsWith(':') ? known : `${known}/`),
      )
      return name === undefined || !packages[name]!.includes(roomOf(file))
    })
  expect(broken).toEqual([])
})

test('the data plane and the contract reach the outside only through the platform', () => {
  const effects =
    /\b(?:fetch\(|setTimeout|setInterval|Date\.now|new Date\(\)|Math\.random|performance\.|console\.|crypto\.|globalThis|process\.)/
  const broken = files
    .filter(file => /^(?:data-plane|fib|control-plane|store|telemetry|diagnostics)\//.test(file))
    .flatMap(file =>
      readFileSync(join('src', file), 'utf8')
        .split('\n')
        .map((line, index) => ({ place: `src/${file}:${index + 1}`, line }))
        .filter(
          ({ line }) => !/^\s*(?:\/\/|\*|\/\*)/.test(line) && effects.test(line.replaceAll('platform.fetch(', '')),
        )
        .map(({ place }) => place),
    )
    // The port itself declares what it offers.
    .filter(place => !place.startsWith('src/data-plane/platform.ts'))
  expect(broken).toEqual([])
})

test('no folder is called utils, helpers or common', () => {
  expect(files.filter(file => /(?:^|\/)(?:utils?|helpers?|common)(?:\/|\.)/.test(file))).toEqual([])
})
