import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTable } from '../../src/fib/view.ts'

/**
 * `wrangler deploy --dry-run` builds everything and ships nothing. It runs in a copy of the project, so that each
 * case can have routes of its own.
 */
let project: string

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'signalbox-deploy-'))
  for (const part of ['src', 'routes', 'package.json', 'wrangler.toml', 'tsconfig.json']) {
    cpSync(part, join(project, part), { recursive: true })
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(project, 'node_modules'))
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

function dryRun(outdir: string): Promise<{ status: number; output: string }> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', outdir],
      {
        cwd: project,
        timeout: 60_000,
        env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: join(project, 'logs') },
      },
      (error, stdout, stderr) => resolve({ status: error ? Number(error.code ?? -1) : 0, output: stdout + stderr }),
    )
  })
}

describe('wrangler deploy', () => {
  test('compiles the routes itself, and ships the Worker with its table beside it', async () => {
    const { status, output } = await dryRun('built')
    expect(output).toContain('dist/table.fib')
    expect(status, output).toBe(0)
    expect(readFileSync(join(project, 'built/worker.js'), 'utf8')).toMatch(/\.fib/)
    const table = readFileSync(join(project, 'dist/table.fib'))
    expect(openTable(table).routeCount).toBeGreaterThan(0)
  })

  test('ships nothing when `compile` refuses the routes, and says why', async () => {
    const file = join(project, 'routes/reviews.yaml')
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, good.replace('subset: v2', 'subset: v3'))
    try {
      const { status, output } = await dryRun('refused')
      expect(status).not.toBe(0)
      expect(output).toMatch(/routes\/reviews\.yaml:\d+:\d+/)
      expect(output).toContain('subset "v3"')
      expect(existsSync(join(project, 'refused/worker.js'))).toBe(false)
    } finally {
      writeFileSync(file, good)
    }
  })
})
