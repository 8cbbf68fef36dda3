import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemErrorCode } from '../terminal/system-error.ts'
import { makeFolder } from './make-folder.ts'

/**
 * Writes a file whole or not at all: whoever reads `path` sees the old bytes or the new ones, never a part. Missing
 * parent folders are made. A link is followed; what is no file (`/dev/stdout`) is written to directly.
 *
 * @throws the system's error; then the old file, if any, is as it was, and nothing else is left behind
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const existing = await statsOf(path)
  if (existing && !existing.isFile() && !existing.isDirectory()) return writeFile(path, bytes)
  await makeFolder(dirname(path))
  const target = existing ? await realpath(path) : path
  // In the same folder, for a rename is only atomic within one file system.
  const temporary = join(dirname(target), `.signalbox-${randomUUID()}.tmp`)
  try {
    await writeDurably(temporary, bytes)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    // Else a crash soon after the rename can leave the new name with no bytes behind it.
    await file.sync()
  } finally {
    await file.close()
  }
}

async function statsOf(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
