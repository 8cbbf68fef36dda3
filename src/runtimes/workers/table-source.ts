import type { ActiveTable } from '../../store/active-table.ts'
import { followSettings } from '../follow-settings.ts'
import { followedTable, onlyTable, type TableSource } from '../table-source.ts'
import { KvReader } from './kv-reader.ts'
import type { Settings } from './platform.ts'

/** By which tables a Worker forwards: those of its KV namespace where it has one, else the one in its bundle. */
export function tableSource(bundled: ActiveTable, settings: Settings): TableSource {
  if (!settings.SIGNALBOX_TABLES) return onlyTable(bundled)
  const reader = new KvReader(settings.SIGNALBOX_TABLES)
  return followedTable(bundled, reader, followSettings(settings), (level, line) => console[level](line))
}
