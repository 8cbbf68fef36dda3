import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cpuShares } from '../../test/runtimes/hostile/process-facts.ts'
import type { LoadReport } from './load.ts'

const loadScript = fileURLToPath(new URL('load.ts', import.meta.url))

/** Connections that ask at the same time. */
export const connections = 16

/** One run of one contender. */
export interface Measurement {
  readonly requestsPerSecond: number
  /** CPU time of the proxy's process for one request: all its threads, the kernel's work for them included. */
  readonly cpuMicroseconds: number
  /** The same of the process that it was started by, where that is another one: it hands the access log on. */
  readonly cliMicroseconds: number
  readonly faults: number
}

/** Asks a port for some seconds. */
export async function load(port: number, seconds: number): Promise<LoadReport> {
  const args = [loadScript, String(port), String(seconds), String(connections)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: seconds * 1000 + 30_000 })
  return JSON.parse(stdout)
}

/** Measures the proxy that holds a port. */
export async function measure({ port, pid, cliPid = pid }: Server, seconds: number): Promise<Measurement> {
  const before = [pid, cliPid].map(usedMicroseconds)
  const { requests, elapsedMs, faults } = await load(port, seconds)
  const [own = 0, cli = 0] = [pid, cliPid].map(
    (each, at) => (usedMicroseconds(each) - before[at]!) / Math.max(1, requests),
  )
  return {
    requestsPerSecond: (requests / elapsedMs) * 1000,
    cpuMicroseconds: own,
    cliMicroseconds: cliPid === pid ? 0 : cli,
    faults,
  }
}

interface Server {
  readonly port: number
  readonly pid: number
  readonly cliPid?: number
}

function usedMicroseconds(pid: number): number {
  const { userMicroseconds, kernelMicroseconds } = cpuShares(pid)
  return userMicroseconds + kernelMicroseconds
}
