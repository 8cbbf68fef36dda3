import type { Hono } from 'hono'
import type { NamedListener } from '../../data-plane/platform.ts'
import { ActiveTable } from '../../store/active-table.ts'
import { createApp, type ExecutionContextLike } from '../app.ts'
import { type Settings, workersOptions, workersTransport } from './platform.ts'
import bundledTable from './table.fib'
import { tableSource } from './table-source.ts'

// Opened once for each isolate, before its first request.
const table = new ActiveTable(bundledTable)
let app: Hono | undefined

/** The Worker that `signalbox serve` runs: it has one socket for each listener, and forwards by the table beside it. */
export default {
  fetch(request, settings, context) {
    app ??= createApp({
      ...workersOptions(settings),
      tables: tableSource(table, settings),
      transportOf: (request, context) => workersTransport(request, context, namedListenerOf(context)),
    })
    return app.fetch(request, settings, context)
  },
} satisfies ExportedHandler<Settings>

/** Each socket's `props`, in the configuration that workerd is started with, name the listener that it stands for. */
function namedListenerOf(context: (ExecutionContextLike & { readonly props?: unknown }) | undefined): NamedListener {
  return context?.props as NamedListener
}
