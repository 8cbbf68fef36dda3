import { fileURLToPath } from 'node:url'

/** The Workers that the command line runs itself: `dev` asks for its table, `serve` has it as a module beside it. */
export type WorkerEntry = 'dev' | 'serve'

/** A Worker as one ES module, bundled in memory. */
export async function bundleWorker(entry: WorkerEntry): Promise<string> {
  // Loaded here, so that the verbs that start nothing do without it.
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`../runtimes/workers/${entry}.ts`, import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2024',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['workerd', 'worker', 'browser'],
      external: ['cloudflare:*', '*.fib'],
      logLevel: 'silent',
    })
    return outputFiles[0]!.text
  } finally {
    // It runs as a process of its own, which would outlive a hard kill of this one.
    await stop()
  }
}
