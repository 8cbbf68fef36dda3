import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes a project's wrangler configuration, in TOML behind a name and a date, and returns its path. */
export async function writeProject(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(folder, { recursive: true })
  const head = name.endsWith('.toml') ? 'name = "edge"\ncompatibility_date = "2026-11-17"\n' : ''
  await writeFile(path, `${head}${text}\n`)
  return path
}
