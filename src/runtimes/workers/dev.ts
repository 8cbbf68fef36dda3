import { contentHash, toHex } from '../../fib/hash.ts'
import type { TableView } from '../../fib/view.ts'
import { ActiveTable } from '../../store/active-table.ts'
import { followPlatform } from '../follow-platform.ts'
import { onlyTable, type TableSource } from '../table-source.ts'
import { type WorkerSettings, workerFetch } from './gateway.ts'

interface DevSettings extends WorkerSettings {
  /** Answers 304 to an `if-none-match` of the newest table's version, else 200 with that table. */
  readonly TABLE: Fetcher
}

let table: ActiveTable | undefined

/**
 * The Worker that `signalbox dev` runs: before each request it asks for the newest table, so that an edit serves
 * from the very next request on, and no request is lost or served by two tables.
 */
export default {
  fetch: workerFetch<DevSettings>(settings => newestTables(settings.TABLE)),
} satisfies ExportedHandler<DevSettings>

function newestTables(source: Fetcher): TableSource {
  return {
    forRequest: () => newestTable(source),
    get status() {
      if (!table) throw new Error('no table was requested yet')
      return onlyTable(table).status
    },
  }
}

async function newestTable(source: Fetcher): Promise<TableView> {
  const response = await source.fetch('http://table/', {
    headers: table ? { 'if-none-match': table.current.version } : {},
  })
  if (response.status === 200) {
    const bytes = await response.arrayBuffer()
    if (!table) {
      table = new ActiveTable(bytes)
    } else {
      const hash = await contentHash(new Uint8Array(bytes), followPlatform.sha256)
      const activation = table.activate(bytes, toHex(hash))
      if (activation.kind === 'refused') console.error(`table refused: ${activation.reason}`)
    }
  }
  if (!table) throw new Error(`no table to serve: its source responded with ${response.status}`)
  return table.current
}
