import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../src/cli/signalbox.mjs', import.meta.url))

/** The command line as a process in a group of its own, as a terminal would start it. */
export interface CliProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** What it wrote so far. */
  said(): { readonly out: string; readonly err: string; readonly all: string }
}

export interface CliOptions {
  readonly script?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Where it is started; absent: where this process is. */
  readonly cwd?: string
}

export function startCli(args: readonly string[], { script = entry, env = {}, cwd }: CliOptions = {}): CliProcess {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  })
  const texts = { out: '', err: '', all: '' }
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk
      texts.all += chunk
    })
  }
  return { child, said: () => ({ ...texts }) }
}

/** Runs the command line to its end. */
export async function runCli(...args: string[]) {
  const { child, said } = startCli(args)
  const [status] = await once(child, 'close')
  return { status, ...said() }
}
