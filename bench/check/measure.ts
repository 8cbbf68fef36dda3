import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What one run of a program took, from its start to its end. */
export interface Usage {
  readonly ms: number
  readonly cpuMs: number
  readonly peakMegabytes: number
}

export interface Run extends Usage {
  /** The last line of what it printed. */
  readonly said: string
}

const reporter = fileURLToPath(new URL('report-usage.mjs', import.meta.url))

/**
 * Runs a program of this folder or of the CLI in a process of its own.
 *
 * @param env added to the environment
 * @throws where it does not end with 0
 */
export async function measure(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const child = spawn(process.execPath, ['--import', reporter, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const [out, err, usage] = [1, 2, 3].map(descriptor => textOf(child.stdio[descriptor] as NodeJS.ReadableStream))
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const said = (await out!).trim()
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${status}:\n${said}\n${await err}`)
  return { ...(JSON.parse(await usage!) as Usage), said: said.slice(said.lastIndexOf('\n') + 1) }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}
