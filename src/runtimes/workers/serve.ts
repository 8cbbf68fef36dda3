import type { NamedListener } from '../../data-plane/platform.ts'
import { ActiveTable } from '../../store/active-table.ts'
import { type WorkerSettings, workerFetch } from './gateway.ts'
import bundledTable from './table.fib'
import { tableSource } from './table-source.ts'

// Opened once for each isolate, before its first request.
const table = new ActiveTable(bundledTable)

/** The Worker that `signalbox serve` runs: it has one socket for each listener, and forwards by the table beside it. */
export default {
  fetch: workerFetch<WorkerSettings>(
    settings => tableSource(table, settings),
    // In the configuration that workerd is started with, each socket's `props` name the listener that it stands for.
    context => context?.props as NamedListener,
  ),
} satisfies ExportedHandler<WorkerSettings>
