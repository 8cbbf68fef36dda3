import { fileURLToPath } from 'node:url'
import type { ProcessRuntime } from '../../fib/runtime.ts'
import { bundle } from './bundle.ts'

/** The gateway for one of them as one ES module, bundled in memory. */
export function bundleProcess(runtime: ProcessRuntime): Promise<string> {
  return bundle({
    entryPoints: [fileURLToPath(new URL(`../../runtimes/${runtime}/serve.ts`, import.meta.url))],
    platform: 'node',
  })
}
