import bundledTable from '../../../dist/table.fib'
import { ActiveTable } from '../../store/active-table.ts'
import { type WorkerSettings, workerFetch } from './gateway.ts'
import { tableSource } from './table-source.ts'

// Opened once for each isolate, before its first request.
const table = new ActiveTable(bundledTable)

/**
 * The Worker that `wrangler deploy` ships: it forwards by the table in its own bundle or, where it has a KV namespace, by
 * the version that is published there.
 */
export default {
  fetch: workerFetch<WorkerSettings>(settings => tableSource(table, settings)),
} satisfies ExportedHandler<WorkerSettings>
