import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Identity } from '../../src/control-plane/compile-routes.ts'
import { patienceMs } from '../patience.ts'
import type { Bundle } from './recording.ts'
import type { Runtime } from './runtime.ts'

const entry = fileURLToPath(new URL('../../src/cli/signalbox.mjs', import.meta.url))

/** The gateway that was recorded is this proxy to rules that name their clients. */
export const identity: Identity = {
  namespace: 'istio-system',
  labels: { istio: 'ingressgateway', app: 'istio-ingressgateway' },
}
const identityArgs = [
  ...['--namespace', identity.namespace],
  ...Object.entries(identity.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
]

/** Gateways that are up. A run that is ended takes them along: they would keep the ports of the next run. */
const running = new Set<ChildProcess>()

/** Ends every gateway that is up, at once. */
export function endGateways(): void {
  for (const child of running) child.kill('SIGTERM')
}

/** A `signalbox serve` with a bundle's configuration. */
export interface GatewayProcess {
  stop(): Promise<void>
}

/** Starts the real command line with a bundle's configuration. @throws Error with what it said where it does not start */
export async function startGateway({ config, mesh }: Bundle, { serveArgs }: Runtime): Promise<GatewayProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-conformance-'))
  await writeFile(join(folder, 'config.yaml'), config)
  if (mesh !== undefined) await writeFile(join(folder, 'mesh.yaml'), mesh)
  const child = spawn(
    process.execPath,
    [entry, 'serve', folder, '--port', '0', '--self-signed', ...identityArgs, ...serveArgs],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SIGNALBOX_ACCESS_LOG: 'off' },
    },
  )
  running.add(child)
  const ended = once(child, 'close')
  ended.finally(() => running.delete(child)).catch(() => undefined)
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(timer)
    await rm(folder, { recursive: true, force: true })
  }
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  if (!(await isReady(child, ended))) {
    await stop()
    throw new Error(errors.trim().split('\n').slice(-12).join('\n') || `serve ended with ${child.exitCode}`)
  }
  return { stop }
}

async function isReady(child: ChildProcess, ended: Promise<unknown>): Promise<boolean> {
  const ready = new Promise<boolean>(resolve => {
    let text = ''
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (/^ready .*\n/m.test(text)) resolve(true)
    })
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, patienceMs, false)
  })
  const isUp = await Promise.race([ready, ended.then(() => false), late])
  clearTimeout(timer)
  return isUp
}
