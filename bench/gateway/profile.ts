import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleWorker } from '../../src/cli/gateway/bundle-worker.ts'
import { compatibilityDate } from '../../src/cli/gateway/compatibility-date.ts'
import { configName, moduleFiles, workerdConfig } from '../../src/cli/gateway/workerd-config.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { cpuShares } from '../../test/runtimes/hostile/process-facts.ts'
import { startGateway } from '../../test/runtimes/hostile/running-gateway.ts'
import type { RuntimeName } from '../../test/runtimes/hostile/runtimes.ts'
import { freePort, workerdBinary } from './bare-workerd.ts'
import { serverOf } from './child-server.ts'
import { type CpuProfile, type Hot, hottest } from './cpu-profile.ts'
import { recordOverInspector } from './inspector.ts'
import { load } from './measure.ts'
import { benchRoutes } from './routes.ts'

const routeCount = 10
const told = 15

/** Where the CPU time of the gateway goes, for a reader. */
export async function profile(runtime: RuntimeName, originPort: number, seconds: number): Promise<string> {
  const { how, kernelShare, hot } = await profilers[runtime](originPort, seconds)
  const lines = hot.map(({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
  return `${runtime}: ${(kernelShare * 100).toFixed(0)} % of its CPU time is the kernel's; own time by function (${how})\n${lines.join('\n')}\n\n`
}

interface Profile {
  /** What told it. */
  readonly how: string
  /** The kernel's part of the process's CPU time, from 0 to 1. */
  readonly kernelShare: number
  readonly hot: readonly Hot[]
}

const profilers: Readonly<Record<RuntimeName, (originPort: number, seconds: number) => Promise<Profile>>> = {
  node: profileNode,
  workerd: profileWorkerd,
  deno: profileDeno,
}

/** By V8's profiler in the process itself, which writes at its end. */
async function profileNode(originPort: number, seconds: number): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  const env = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` }
  const gateway = await startGateway({ runtime: 'node', routes: benchRoutes(originPort, routeCount), env })
  const kernelShare = await kernelShareUnder(gateway, seconds)
  await gateway.stop()
  const file = (await readdir(folder)).find(name => name.split('.').includes(String(gateway.pid)))
  if (file === undefined) throw new Error('the gateway left no profile')
  const recorded: CpuProfile = JSON.parse(await readFile(join(folder, file), 'utf8'))
  await rm(folder, { recursive: true, force: true })
  return { how: '--cpu-prof', kernelShare, hot: hottest(recorded, told) }
}

/** By the inspector of a workerd that is set up as `signalbox serve` does it. What is not JavaScript is `(program)`. */
async function profileWorkerd(originPort: number, seconds: number): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  const files = benchRoutes(originPort, routeCount).map((text, index) => ({
    path: `routes-${index}.yaml`,
    bytes: new TextEncoder().encode(text),
  }))
  const { table } = compileRoutes(files)
  const [port, inspectorPort] = [await freePort(), await freePort()]
  const sockets = [{ listener: 'default', port }]
  await writeFile(join(folder, moduleFiles.worker), await bundleWorker('serve'))
  await writeFile(join(folder, moduleFiles.table), table!)
  const config = workerdConfig({ address: '127.0.0.1', sockets, settings: {}, compatibilityDate })
  await writeFile(join(folder, 'config.capnp'), config)
  const args = ['serve', join(folder, 'config.capnp'), configName, `--inspector-addr=127.0.0.1:${inspectorPort}`]
  const child = spawn(workerdBinary(), [...args, '--control-fd=3'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const server = await serverOf(child, /"event":"listen","socket":"default","port":(\d+)/)
  try {
    await load(server.port, 1)
    let kernelShare = 0
    const recorded = await recordOverInspector(inspectorPort, async () => {
      kernelShare = await kernelShareUnder(server, seconds)
    })
    return { how: 'inspector', kernelShare, hot: hottest(recorded, told) }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** By `perf` of Linux, where it is installed: Deno has no profiler that could be started from outside. */
async function profileDeno(originPort: number, seconds: number): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  // Writes the names of compiled functions to where perf looks for them.
  const env = { DENO_V8_FLAGS: '--perf-basic-prof,--interpreted-frames-native-stack' }
  const gateway = await startGateway({ runtime: 'deno', routes: benchRoutes(originPort, routeCount), env })
  try {
    await load(gateway.port, 1)
    const file = join(folder, 'perf.data')
    const recording = promisify(execFile)('perf', [
      'record',
      '-q',
      '-F',
      '999',
      '-p',
      String(gateway.pid),
      '-o',
      file,
      'sleep',
      String(seconds),
    ])
    const kernelShare = await kernelShareUnder(gateway, seconds)
    await recording
    const { stdout } = await promisify(execFile)(
      'perf',
      ['report', '-i', file, '--stdio', '-q', '--percent-limit', '0.01', '--sort', 'dso,symbol'],
      {
        maxBuffer: 64_000_000,
      },
    )
    return { how: 'perf', kernelShare, hot: fromPerf(stdout) }
  } catch (error) {
    return { how: `nothing: ${error instanceof Error ? error.message.split('\n')[0] : error}`, kernelShare: 0, hot: [] }
  } finally {
    await gateway.stop()
    // V8 writes it there, whatever the folder for temporary files is.
    await rm(`/tmp/perf-${gateway.pid}.map`, { force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

/** Reads perf's report; what has no name is counted by the file that it stands in. */
function fromPerf(text: string): readonly Hot[] {
  const shares = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, percent, file, mode, symbol] =
      /^\s*([\d.]+)%\s+(\[JIT\] tid \d+|\S+)\s+\[(.)\] (\S+(?: \S+)*)/.exec(line) ?? []
    if (percent === undefined) continue
    const name = mode === 'k' ? '(kernel)' : symbol!.startsWith('0x') ? `(${file}, without names)` : symbol!
    shares.set(name, (shares.get(name) ?? 0) + Number(percent) / 100)
  }
  return [...shares]
    .sort(([, a], [, b]) => b - a)
    .slice(0, told)
    .map(([name, share]) => ({ name, share }))
}

async function kernelShareUnder(
  server: { readonly port: number; readonly pid: number },
  seconds: number,
): Promise<number> {
  const before = cpuShares(server.pid)
  await load(server.port, seconds)
  const after = cpuShares(server.pid)
  const kernel = after.kernelMicroseconds - before.kernelMicroseconds
  return kernel / (kernel + after.userMicroseconds - before.userMicroseconds)
}
