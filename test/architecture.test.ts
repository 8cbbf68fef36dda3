import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/**
 * Which rooms each room may import from, as ARCHITECTURE.md draws it. Every folder below `src/` is a room and has a row;
 * a room may always import from itself.
 */
const rooms: Record<string, readonly string[]> = {
  diagnostics: [],
  fib: [],

  // Text and places, the language of messages, Istio's messages, and on top of them the reading.
  'control-plane/config/yaml': ['diagnostics'],
  'control-plane/config/schema': ['control-plane/config/yaml', 'diagnostics'],
  'control-plane/config/istio/scalar': ['control-plane/config/schema'],
  'control-plane/config/istio/policy': ['control-plane/config/istio/scalar', 'control-plane/config/schema'],
  'control-plane/config/istio/route': [
    'control-plane/config/istio/scalar',
    'control-plane/config/schema',
    'diagnostics',
    'fib',
  ],
  'control-plane/config/istio': [
    'control-plane/config/istio/policy',
    'control-plane/config/istio/route',
    'control-plane/config/istio/scalar',
    'control-plane/config/schema',
    'control-plane/config/yaml',
  ],
  'control-plane/config': [
    'control-plane/config/istio',
    'control-plane/config/schema',
    'control-plane/config/yaml',
    'diagnostics',
  ],
  'control-plane/effects': ['control-plane/config', 'fib'],
  'control-plane/memory': ['control-plane/config', 'control-plane/config/yaml', 'diagnostics'],
  'control-plane/ir': ['diagnostics', 'fib'],
  'control-plane/resolve': [
    'control-plane/config',
    'control-plane/config/istio/scalar',
    'control-plane/config/yaml',
    'control-plane/memory',
    'fib',
  ],
  'control-plane/translate': [
    'control-plane/config',
    'control-plane/config/istio/route',
    'control-plane/ir',
    'control-plane/memory',
    'control-plane/resolve',
    'diagnostics',
    'fib',
  ],
  'control-plane/analysis': [
    'control-plane/config',
    'control-plane/config/istio/route',
    'control-plane/config/istio/scalar',
    'control-plane/config/schema',
    'control-plane/config/yaml',
    'control-plane/effects',
    'control-plane/memory',
    'control-plane/resolve',
    'control-plane/translate',
    'diagnostics',
    'fib',
  ],
  'control-plane/interpret': ['control-plane/ir', 'fib'],
  'control-plane/compile': ['control-plane/ir', 'fib'],
  'control-plane/editor': [
    'control-plane/config',
    'control-plane/config/istio',
    'control-plane/config/schema',
    'control-plane/effects',
    'diagnostics',
  ],
  'control-plane': [
    'control-plane/analysis',
    'control-plane/compile',
    'control-plane/config',
    'control-plane/config/yaml',
    'control-plane/effects',
    'control-plane/ir',
    'control-plane/memory',
    'control-plane/resolve',
    'control-plane/translate',
    'diagnostics',
    'fib',
  ],

  telemetry: [],
  store: ['fib'],

  'data-plane': ['fib'],
  'data-plane/match': ['fib'],
  'data-plane/plan': ['data-plane', 'data-plane/balance', 'data-plane/match', 'fib'],
  'data-plane/limit': ['fib'],
  'data-plane/balance': ['data-plane/limit', 'fib'],
  'data-plane/proxy': ['data-plane', 'data-plane/balance', 'data-plane/limit', 'data-plane/plan', 'fib', 'telemetry'],

  runtimes: ['data-plane', 'data-plane/proxy', 'fib', 'store', 'telemetry'],
  // The client's side and the origin's meet at the top.
  'runtimes/node-http/upstream': ['data-plane', 'fib', 'runtimes/node-http'],
  'runtimes/node-http/downstream': [
    'data-plane',
    'fib',
    'runtimes',
    'runtimes/node-http',
    'runtimes/node-http/upstream',
    'telemetry',
  ],
  'runtimes/node-http': [
    'data-plane',
    'data-plane/proxy',
    'fib',
    'runtimes',
    'runtimes/node-http/downstream',
    'runtimes/node-http/upstream',
    'store',
    'telemetry',
  ],
  'runtimes/node': ['runtimes/node-http'],
  'runtimes/deno': [
    'data-plane',
    'fib',
    'runtimes',
    'runtimes/node-http',
    'runtimes/node-http/upstream',
    'store',
    'telemetry',
  ],
  'runtimes/workers': ['data-plane', 'fib', 'runtimes', 'store', 'telemetry'],

  // terminal, words ← folders, gateway ← dev, explain, stores ← changes ← versions ← the verbs.
  'cli/launch': [],
  'cli/terminal': ['diagnostics'],
  'cli/words': ['control-plane/ir', 'fib'],
  'cli/folders': [
    'cli/launch',
    'cli/terminal',
    'cli/words',
    'control-plane',
    'control-plane/config/yaml',
    'diagnostics',
    'fib',
  ],
  'cli/gateway': ['cli/terminal', 'control-plane', 'diagnostics', 'fib', 'runtimes/node-http'],
  'cli/dev': [
    'cli/folders',
    'cli/gateway',
    'cli/launch',
    'cli/terminal',
    'cli/words',
    'control-plane',
    'diagnostics',
    'telemetry',
  ],
  'cli/explain': [
    'cli/words',
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
  ],
  'cli/table': ['cli/words', 'data-plane/match', 'diagnostics', 'fib'],
  'cli/stores': ['cli/folders', 'cli/terminal', 'diagnostics', 'runtimes/node-http', 'store'],
  'cli/changes': ['cli/explain', 'cli/words', 'control-plane/ir', 'diagnostics', 'fib'],
  'cli/versions': ['cli/changes', 'cli/stores', 'cli/terminal', 'cli/words', 'diagnostics', 'fib', 'runtimes', 'store'],
  'cli/verbs': [
    'cli/changes',
    'cli/dev',
    'cli/explain',
    'cli/folders',
    'cli/gateway',
    'cli/stores',
    'cli/table',
    'cli/terminal',
    'cli/versions',
    'cli/words',
    'control-plane',
    'control-plane/editor',
    'control-plane/ir',
    'data-plane',
    'data-plane/match',
    'data-plane/proxy',
    'diagnostics',
    'fib',
    'runtimes',
    'store',
  ],
  'cli/flags': ['cli/folders', 'cli/stores', 'cli/versions', 'control-plane'],
  cli: ['cli/flags', 'cli/folders', 'cli/gateway', 'cli/launch', 'cli/verbs', 'cli/terminal', 'control-plane', 'fib'],
}

/** Folders that may hold as many files as there are things of their kind: one analyzer a file, one verb a file. */
const lists = ['cli', 'control-plane/analysis']

/** Packages, and the only rooms that may import them, with the rooms in them. `node:` stands for Node's own modules. */
const packages: Record<string, readonly string[]> = {
  yaml: ['control-plane/config/yaml'],
  zod: ['control-plane/config'],
  re2js: ['fib', 'control-plane/config'],
  '@noble/hashes': ['fib'],
  hono: ['runtimes'],
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

/** Whether a file lies in the folder, or below it. */
function isBelow(file: string, folder: string): boolean {
  return file.startsWith(`${folder}/`)
}

test('every folder below src is a room, and every room is a folder', () => {
  expect([...new Set(files.map(file => dirname(file)))].sort()).toEqual(Object.keys(rooms).sort())
  expect(imports.length).toBeGreaterThan(files.length)
})

test('no room holds more than 25 files, lists apart', () => {
  const sizes = Object.entries(Object.groupBy(files, file => dirname(file)))
  expect(sizes.filter(([room, held]) => held!.length > 25 && !lists.includes(room)).map(([room]) => room)).toEqual([])
})

test('no row allows what its room does not use', () => {
  const known = new Set(imports.map(({ file, target }) => `${dirname(file)} ${dirname(join(dirname(file), target))}`))
  const idle = Object.entries(rooms).flatMap(([room, others]) =>
    others.filter(other => !known.has(`${room} ${other}`)).map(other => `${room} → ${other}`),
  )
  expect(idle).toEqual([])
})

test('rooms import only from the rooms they may know', () => {
  const broken = imports
    .filter(({ target }) => target.startsWith('.') && !target.endsWith('.fib'))
    .map(({ file, target }) => ({ file, from: dirname(file), to: dirname(normalize(join(dirname(file), target))) }))
    .filter(({ from, to }) => from !== to && !rooms[from]?.includes(to))
  expect(broken).toEqual([])
})

test('the command line loads what runs a verb only when the verb is called', () => {
  const loaded = new Set(['cli/program.ts'])
  for (const file of loaded) {
    const text = readFileSync(join('src', file), 'utf8')
    for (const [, target] of text.matchAll(/^(?:import|export) (?!type )[^'";]*?from '(\.[^']+)'/gm)) {
      loaded.add(join(dirname(file), target!))
    }
  }
  expect(loaded).toContain('cli/serve.ts')
  const late = ['cli/verbs', 'cli/changes', 'cli/dev', 'cli/stores', 'cli/table', 'cli/versions', 'runtimes', 'store']
  expect([...loaded].filter(file => late.some(room => isBelow(file, room)))).toEqual([])
})

test('packages are imported only in their rooms', () => {
  const broken = imports
    .filter(({ target }) => !target.startsWith('.'))
    .filter(({ file, target }) => {
      const name = Object.keys(packages).find(
        known => target === known || target.startsWith(known.endsWith(':') ? known : `${known}/`),
      )
      return name === undefined || !packages[name]!.some(room => isBelow(file, room))
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
