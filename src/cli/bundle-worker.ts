import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../runtimes/workers/dev.ts', import.meta.url))

/** The dev Worker as one ES module, bundled in memory. */
export async function bundleWorker(): Promise<string> {
  // Loaded here, so that the verbs that start nothing do without it.
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2024',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['workerd', 'worker', 'browser'],
      external: ['cloudflare:*'],
      logLevel: 'silent',
    })
    return outputFiles[0]!.text
  } finally {
    // It runs as a process of its own, which would outlive a hard kill of this one.
    await stop()
  }
}
