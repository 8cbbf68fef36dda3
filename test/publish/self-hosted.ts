import { join } from 'node:path'
import { launchServe } from '../runtimes/serve-session.ts'
import { load } from './load.ts'
import { pollMs, type Stage } from './stage.ts'
import { loadFaults, loadWords, type Verdict } from './verdict.ts'
import { waitForEdition } from './wait-for.ts'

const runtimes = ['node', 'node', 'deno', 'workerd'] as const

/** Several gateways on machines of one's own follow one folder, under load, while it is published to and rolled back. */
export async function playSelfHosted(stage: Stage, count: number): Promise<Verdict> {
  const store = join(stage.folder, 'tables')
  await stage.write(3000)
  const env = { SIGNALBOX_POLL_INTERVAL_MS: String(pollMs), SIGNALBOX_ACCESS_LOG: 'off' }
  const launches = runtimes.map(runtime =>
    launchServe([join(stage.folder, 'routes'), '--runtime', runtime, '--store', store], env),
  )
  const faults: string[] = []
  try {
    const sessions = await Promise.all(launches.map(({ ready }) => ready))
    const ports = sessions.map(({ ports }) => ports.default!)
    const change = async (edition: number, ...args: string[]) => {
      const { status, err } = await stage.run(...args, '--store', store)
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${err}`)
      await Promise.all(ports.map(port => waitForEdition(port, edition)))
    }
    let isOver = false
    const isDone = () => isOver
    const loads = Promise.all(ports.map(port => load({ port, count, atOnce: 4, isOver: isDone })))
    for (const edition of [3001, 3003, 3005]) {
      for (const each of [edition, edition + 1]) {
        await stage.write(each)
        await change(each, 'publish', '--yes')
      }
      await change(edition, 'rollback', '--yes')
    }
    isOver = true
    const reports = await loads
    const lines = reports.map((report, at) => {
      faults.push(...loadFaults(`${runtimes[at]}`, report, [3000, 3001, 3002, 3003, 3004, 3005, 3006]))
      return `  ${runtimes[at]}: ${loadWords(report)}`
    })
    return { lines: ['four gateways of one folder, 9 swaps under load:', ...lines], faults }
  } finally {
    await Promise.all(launches.map(launch => launch.stop()))
  }
}
