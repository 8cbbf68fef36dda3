import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { FolderReader } from '../../../src/cli/folders/read-folders.ts'
import type { SourceFile } from '../../../src/control-plane/config/yaml/source-file.ts'

export type Verdict = 'reject' | 'warn' | 'accept'

/** One input, and what is to be said about it. */
export interface ValidationCase {
  readonly name: string
  readonly title: string
  readonly class: string
  /** Whether the mistake (or the good input) was written for this corpus, rather than taken from Istio's tests. */
  readonly isOwn: boolean
  /** What the edge is to say; where it should judge as Istio does, what Istio says. */
  readonly verdict: Verdict
  readonly why: string
  /** Where a good message points. Absent where nothing is to be reported. */
  readonly where?: Place
  /** The files, by their paths below the case; undefined where a folder holds none that `check` reads. */
  readonly files: readonly SourceFile[] | undefined
}

/** A line, 1-based, and the file that it stands in where the case has several. */
export interface Place {
  readonly file?: string
  readonly line?: number
}

/** The content of `verdict.json`. */
interface Record {
  readonly title: string
  readonly class: string
  readonly source: string
  readonly verdict: Verdict
  readonly why: string
  readonly where?: Place
  readonly edge?: { readonly verdict: Verdict }
  readonly generator?: Generator
}

/** How a large input is made: its steps, one after the other. */
interface Generator {
  readonly file: string
  readonly steps: readonly { readonly text: string; readonly repeat?: number }[]
}

/** The cases below `folders`, each once, sorted by name. */
export async function readValidationCases(folders: readonly string[]): Promise<ValidationCase[]> {
  const records = new Map<string, string>()
  for (const folder of folders) {
    const below = await readdir(folder, { recursive: true })
    for (const path of below.filter(each => basename(each) === 'verdict.json')) {
      const file = join(folder, path)
      records.set(basename(dirname(file)), file)
    }
  }
  const cases = await Promise.all([...records.values()].map(readCase))
  return cases.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function readCase(file: string): Promise<ValidationCase> {
  const folder = dirname(file)
  const record = JSON.parse(await readFile(file, 'utf8')) as Record
  return {
    name: basename(folder),
    title: record.title,
    class: record.class,
    isOwn: record.source === 'own',
    verdict: record.edge?.verdict ?? record.verdict,
    why: record.why,
    ...(record.where && { where: record.where }),
    files: record.generator ? [generated(record.generator)] : await inputIn(folder),
  }
}

/** The input as `check` would read it: the files that it leaves out are part of the question. */
async function inputIn(folder: string): Promise<readonly SourceFile[] | undefined> {
  const isFolder = existsSync(join(folder, 'input'))
  const input = join(folder, isFolder ? 'input' : 'input.yaml')
  const reading = new FolderReader().read([input])
  if (reading.kind === 'unusable') return undefined
  return reading.files.map(each => ({ ...each, path: relative(folder, each.path).replaceAll('\\', '/') }))
}

function generated({ file, steps }: Generator): SourceFile {
  const text = steps.map(({ text, repeat = 1 }) =>
    Array.from({ length: repeat }, (_, index) => text.replaceAll('{i}', String(index))).join(''),
  )
  return { path: file, bytes: new TextEncoder().encode(text.join('')) }
}
