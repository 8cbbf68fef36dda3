import type { Hono } from 'hono'
import bundledTable from '../../../dist/table.fib'
import { ActiveTable } from '../../store/active-table.ts'
import { createApp } from '../app.ts'
import { type Settings, workersOptions } from './platform.ts'
import { tableSource } from './table-source.ts'

// Opened once for each isolate, before its first request.
const table = new ActiveTable(bundledTable)
let app: Hono | undefined

/**
 * The Worker that `wrangler deploy` ships: it forwards by the table in its own bundle or, where it has a KV namespace, by
 * the version that is published there.
 */
export default {
  fetch(request, settings, context) {
    app ??= createApp({ ...workersOptions(settings), tables: tableSource(table, settings) })
    return app.fetch(request, settings, context)
  },
} satisfies ExportedHandler<Settings>
