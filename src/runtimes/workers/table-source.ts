import type { ActiveTable } from '../../store/active-table.ts'
import { readFollowSettings } from '../settings.ts'
import { followedTable, onlyTable, type TableSource } from '../table-source.ts'
import type { WorkerSettings } from './gateway.ts'
import { KvReader } from './kv-reader.ts'

/** By which tables a Worker forwards: those of its KV namespace where it has one, else the one in its bundle. */
export function tableSource(bundled: ActiveTable, settings: WorkerSettings): TableSource {
  if (!settings.SIGNALBOX_TABLES) return onlyTable(bundled)
  const reader = new KvReader(settings.SIGNALBOX_TABLES)
  return followedTable(bundled, reader, readFollowSettings(settings), (level, line) => console[level](line))
}
