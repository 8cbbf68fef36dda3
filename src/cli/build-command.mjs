// Builds the command into few files, which load in half the time that its sources and packages take: `npm ci` does it
// (`prepare`), and nothing depends on it: where it was not done, or for other sources, those are run as they are.
import { readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { builtFolder, hashOf } from './built-command.mjs'
import { codeVersion } from './code-version.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

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
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts', 'src/cli/parse-worker.ts'],
    outdir: into,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    // Programs of their own, which look for files beside themselves.
    external: ['esbuild', 'miniflare', 'wrangler', 'workerd'],
    define: { BUILT_CODE_VERSION: JSON.stringify(codeVersion()) },
    // What packages in CommonJS load: modules of Node.
    banner: {
      js: "import { createRequire as requireOfBanner } from 'node:module'; const require = requireOfBanner(import.meta.url);",
    },
    plugins: [withPlacesOf(into)],
    // Read where SIGNALBOX_DEBUG asks for it.
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    write: false,
  })
  const sources = Object.keys(metafile.inputs)
    .filter(path => path.startsWith('src/'))
    .sort()
  // Whoever starts the command meanwhile finds the old one, none or the new one, and each of them whole.
  await mkdir(dirname(into), { recursive: true })
  const beside = `${into}.${process.pid}`
  try {
    await mkdir(beside)
    for (const { path, contents } of outputFiles) await writeFile(join(beside, relative(into, path)), contents)
    await writeFile(join(beside, 'manifest.json'), JSON.stringify({ sources, hash: hashOf(root, sources) }))
    await rm(into, { recursive: true, force: true })
    await rename(beside, into)
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

/**
 * Sources go on finding files from where they stand themselves (`import.meta.url`), wherever the repository is moved to.
 *
 * @param {string} into
 * @returns {import('esbuild').Plugin}
 */
function withPlacesOf(into) {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\]src[/\\].*\.(ts|mjs)$/ }, ({ path }) => {
        const place = JSON.stringify(relative(into, path).replaceAll('\\', '/'))
        const text = readFileSync(path, 'utf8')
        return { contents: text.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), loader: 'ts' }
      })
    },
  }
}
