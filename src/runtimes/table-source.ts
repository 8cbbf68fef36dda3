import type { TableView } from '../fib/view.ts'
import type { ActiveTable } from '../store/active-table.ts'
import { FollowedTable, type FollowStatus, type TableEvent } from '../store/followed-table.ts'
import type { VersionReader } from '../store/version-store.ts'
import { followPlatform } from './follow-platform.ts'
import type { FollowSetup } from './settings.ts'

/** Where the table of a request comes from. */
export interface TableSource {
  /**
   * The table that serves a request; asked once for each.
   *
   * @param keepAlive keeps what goes on behind the request from being ended with it
   */
  forRequest(keepAlive: (work: Promise<void>) => void): TableView | Promise<TableView>
  readonly status: TableStatus
}

/** What health reports of the table that serves; `none` where there is no store to follow. */
export type TableStatus = Omit<FollowStatus, 'store'> & { readonly store: FollowStatus['store'] | 'none' }

const noCounts = { polls: 0, activated: 0, refused: 0, unreachable: 0 }

/** The table that the gateway was started with, for ever. */
export function onlyTable(active: ActiveTable): TableSource {
  const unfollowed = {
    source: 'bundle',
    store: 'none',
    reason: undefined,
    answeredMs: undefined,
    counts: noCounts,
  } as const
  return {
    forRequest: () => active.current,
    get status() {
      return { version: active.current.version, ...unfollowed }
    },
  }
}

/** How an event of the table is logged. */
export type LogTableEvent = (level: 'info' | 'error', line: string) => void

/** The table that a store says, over the one that the gateway was started with. */
export function followedTable(
  active: ActiveTable,
  store: VersionReader,
  { settings, problems }: FollowSetup,
  log: LogTableEvent,
): FollowedTable {
  for (const problem of problems) log('error', JSON.stringify({ event: 'table_setting_wrong', problem }))
  return new FollowedTable(active, store, followPlatform, settings, event =>
    log(event.kind === 'activated' || event.kind === 'recovered' ? 'info' : 'error', lineOf(event, active)),
  )
}

function lineOf({ kind, ...facts }: TableEvent, active: ActiveTable): string {
  const time = new Date(followPlatform.now()).toISOString()
  return JSON.stringify({ event: `table_${kind}`, time, ...facts, serving: active.current.version })
}
