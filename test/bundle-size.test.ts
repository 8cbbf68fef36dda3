import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const limitBytes = 100 * 1024

test(`the Worker's bundle without its table is at most ${limitBytes / 1024} KB gzipped, and holds no control plane`, async () => {
  const bundle = await build({
    entryPoints: ['src/runtimes/workers/worker.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', '*.fib'],
    metafile: true,
    // As wrangler.toml has it, and as wrangler does it.
    minify: true,
    keepNames: true,
  })
  const bytes = gzipSync(bundle.outputFiles[0]!.contents).length
  console.info(`bundle: ${bytes} bytes gzipped`)
  expect(bytes).toBeLessThanOrEqual(limitBytes)

  const inputs = Object.keys(bundle.metafile.inputs)
  expect(inputs.some(input => input.startsWith('src/data-plane/'))).toBe(true)
  expect(inputs.filter(input => /control-plane|node_modules\/(?:yaml|zod|commander)\//.test(input))).toEqual([])
})
