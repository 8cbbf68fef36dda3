import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'

/** The Workers that the command line runs itself: `dev` asks for its table, `serve` has it as a module beside it. */
export type WorkerEntry = 'dev' | 'serve'

/** A Worker as one ES module, bundled in memory. */
export function bundleWorker(entry: WorkerEntry): Promise<string> {
  return bundle({
    entryPoints: [fileURLToPath(new URL(`../../runtimes/workers/${entry}.ts`, import.meta.url))],
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', '*.fib'],
  })
}
