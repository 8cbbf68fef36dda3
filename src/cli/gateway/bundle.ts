import type { BuildOptions } from 'esbuild'

/** One ES module out of an entry point and all that it imports, bundled in memory. */
export async function bundle(options: BuildOptions): Promise<string> {
  // Loaded here, so that the verbs that start nothing do without it.
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles } = await build({
      bundle: true,
      format: 'esm',
      target: 'es2024',
      logLevel: 'silent',
      ...options,
      write: false,
    })
    return outputFiles[0]!.text
  } finally {
    // It runs as a process of its own, which would outlive a hard kill of this one.
    await stop()
  }
}
