import { visible } from '../../diagnostics/visible.ts'
import { StoreError, type VersionStore } from '../../store/version-store.ts'
import { openStore, type StoreLocation } from '../stores/open-store.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import type { Terminal } from '../terminal/terminal.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Opens a store, does something with it, and closes it. A fault of the store is printed, and is `usage`: input or
 * output that cannot be read or written.
 */
export async function withStore(
  location: StoreLocation,
  env: Environment,
  { err }: Terminal,
  act: (store: VersionStore) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  try {
    const store = await openStore(location, env)
    try {
      return await act(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    // Some have lines to copy into a file.
    for (const [at, line] of error.message.split('\n').entries())
      err.line(`${at === 0 ? 'error: ' : ''}${visible(line)}`)
    return exitStatus.usage
  }
}
