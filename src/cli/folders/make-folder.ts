import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from '../terminal/system-error.ts'

/**
 * Makes a folder, with those above it that are missing; one that is there is fine.
 *
 * Not by Node's own `recursive`: that tries for ever where the system says that there is no such folder although the one
 * above it is there, as in `/proc`.
 *
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const above = dirname(path)
  try {
    return await makeOne(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || above === path) throw error
  }
  await makeFolder(above)
  await makeOne(path)
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    // Whatever was refused: somebody else may have made it.
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error
  }
}
