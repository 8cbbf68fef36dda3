import { dirname, relative, resolve, sep } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

/** The YAML files of a version, by their paths as the command line was given them. */
export type Sources = ReadonlyMap<string, string>

/** The most that a packed value may unpack to: far above what a table of KV's size is compiled from. */
const unpackedLimit = 256 * 1024 * 1024

/**
 * The files in one compressed value, by their paths from a folder or, where some lie outside of it, from the nearest one
 * that holds them all.
 */
export function packSources(sources: Sources, folder: string): Uint8Array {
  const whole = [...sources].map(([path, text]) => ({ path: resolve(folder, path), text }))
  const root = whole.reduce((holder, { path }) => holderOf(holder, path), folder)
  const files = whole
    .map(({ path, text }) => ({ path: relative(root, path).replaceAll(sep, '/'), text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return gzipSync(JSON.stringify({ format: 1, files }))
}

/** The nearest folder above (or at) the first one that holds a file. */
function holderOf(folder: string, path: string): string {
  let holder = folder
  while (isOutside(relative(holder, path)) && dirname(holder) !== holder) holder = dirname(holder)
  return holder
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`)
}

/** Takes them apart again; undefined where the value is not what `packSources` makes. */
export function unpackSources(value: Uint8Array): Sources | undefined {
  try {
    const { format, files } = JSON.parse(gunzipSync(value, { maxOutputLength: unpackedLimit }).toString('utf8'))
    if (format !== 1 || !Array.isArray(files)) return undefined
    const sources = new Map(files.map(({ path, text }) => [pathInside(String(path)), String(text)]))
    return sources.size === files.length && [...sources.keys()].every(isRouteFile) ? sources : undefined
  } catch {
    return undefined
  }
}

/** Whoever can write to the store could name any path: none may lead out of the folder that files are written to. */
function pathInside(path: string): string {
  const parts = path.split(/[/\\]/)
  return parts.filter(part => part !== '..' && part !== '.' && part !== '').join('/')
}

/** Nothing that a shell or git would read by itself may come out of a store. */
function isRouteFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path) && !/(?:^|\/)\.|\0/.test(path)
}
