import type { ListenerRow } from '../../fib/layout.ts'
import { listenerName } from '../../fib/view.ts'
import type { ActiveTable } from '../../store/active-table.ts'
import type { FollowedTable } from '../../store/followed-table.ts'
import { readFollowSettings } from '../settings.ts'
import { followedTable } from '../table-source.ts'
import { FolderReader } from './folder-reader.ts'
import type { ServeConfig } from './serve-config.ts'

/**
 * Follows the versions in a folder, by a clock of its own: no request is needed to set it going. Resolves when the folder
 * has answered, or the first wait is over.
 */
export async function followFolder(
  active: ActiveTable,
  { storeFolder, sockets }: ServeConfig & { readonly storeFolder: string },
  env: Readonly<Record<string, string | undefined>>,
): Promise<FollowedTable> {
  const setup = readFollowSettings(env)
  const open = new Set(sockets.map(({ listener }) => listener))
  let told = ''
  const followed = followedTable(active, new FolderReader(storeFolder), setup, (_, line) => {
    console.error(line)
    const closed = listenerNames(active).filter(name => !open.has(name))
    // Sockets are opened at the start only.
    if (closed.length > 0 && closed.join() !== told) console.error(closedLine(closed, active))
    told = closed.join()
  })
  const lookIfDue = () => followed.forRequest(() => {})
  await lookIfDue()
  // More often than it is due, so that a timer that is a moment early costs no whole interval.
  setInterval(lookIfDue, setup.settings.intervalMs / 4).unref()
  return followed
}

function listenerNames({ current }: ActiveTable): string[] {
  return Array.from({ length: current.listenerCount }, (_, row) => listenerName(current, row as ListenerRow))
}

function closedLine(listeners: readonly string[], { current }: ActiveTable): string {
  const help = 'these listeners accept no requests until the gateway restarts'
  return JSON.stringify({ event: 'table_listeners_closed', serving: current.version, listeners, help })
}
