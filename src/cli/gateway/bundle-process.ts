import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'

/** The runtimes on which the gateway is a process over `node:http`. */
export type ProcessRuntime = 'node' | 'deno'

/** The gateway for one of them as one ES module, bundled in memory. */
export function bundleProcess(runtime: ProcessRuntime): Promise<string> {
  return bundle({
    entryPoints: [fileURLToPath(new URL(`../../runtimes/${runtime}/serve.ts`, import.meta.url))],
    platform: 'node',
  })
}
