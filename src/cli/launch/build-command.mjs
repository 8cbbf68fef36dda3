// Builds the command into few files, which load in half the time that its sources and packages take: `npm ci` does it
// (`prepare`), and nothing depends on it: where it was not done, or for other sources, those are run as they are.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { builtFolder } from './built-command.mjs'
import { codeVersion, hashOf } from './code-version.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Builds the command where the project is installed. The command does without, so this is no reason to fail. */
export async function prepare() {
  try {
    await buildCommand(join(root, builtFolder))
  } catch (error) {
    process.stderr.write(`warning: signalbox is not built, and starts from its sources: ${String(error)}\n`)
  }
}

/**
 * Builds the command for `builtCommand` to find.
 *
 * @param {string} into the folder that it is built into, in the repository
 * @returns {Promise<void>}
 */
export async function buildCommand(into) {
  const version = codeVersion()
  /**
   * What was built, by its path from the root.
   *
   * @type {Map<string, Buffer>}
   */
  const built = new Map()
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/cli/main.ts', 'parse-worker': 'src/cli/folders/parse-worker.ts' },
    outdir: into,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    // Programs of their own, which look for files beside themselves.
    external: ['esbuild', 'miniflare', 'wrangler', 'workerd'],
    define: { BUILT_CODE_VERSION: JSON.stringify(version) },
    // What packages in CommonJS load: modules of Node.
    banner: {
      js: "import { createRequire as requireOfBanner } from 'node:module'; const require = requireOfBanner(import.meta.url);",
    },
    plugins: [withPlacesOf(into, built)],
    // Read where SIGNALBOX_DEBUG asks for it.
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
    write: false,
  })
  if (codeVersion() !== version) throw new Error('the sources were edited meanwhile')
  const sources = [...built.keys()].sort()
  const hash = hashOf(sources, path => built.get(path) ?? readFileSync(join(root, path)))
  // Whoever starts the command meanwhile finds the old one, none or the new one, and each of them whole.
  const [beside, old] = [`${into}.${process.pid}.new`, `${into}.${process.pid}.old`]
  try {
    await mkdir(beside, { recursive: true })
    for (const { path, contents } of outputFiles) await writeFile(join(beside, relative(into, path)), contents)
    await writeFile(join(beside, 'manifest.json'), JSON.stringify({ sources, hash }))
    if (existsSync(into)) await rename(into, old)
    await rename(beside, into)
  } finally {
    for (const folder of [beside, old]) await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Sources go on finding files from where they stand themselves (`import.meta.url`), wherever the repository is moved to.
 *
 * @param {string} into
 * @param {Map<string, Buffer>} built takes the sources as they were read
 * @returns {import('esbuild').Plugin}
 */
function withPlacesOf(into, built) {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
        const source = relative(root, path).replaceAll('\\', '/')
        if (!source.startsWith('src/')) return undefined
        const place = JSON.stringify(relative(into, path).replaceAll('\\', '/'))
        const bytes = readFileSync(path)
        built.set(source, bytes)
        const text = bytes.toString().replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`)
        return { contents: text, loader: 'ts' }
      })
    },
  }
}
