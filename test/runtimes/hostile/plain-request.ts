import { patienceMs } from '../../patience.ts'
import { talk } from './raw-client.ts'
import { host } from './routes.ts'
import { write } from './steps.ts'
import { honestBody } from './strict-origin.ts'

let plainCount = 0

/** What became of a plain request: undefined where it got its own 200 with its own body. */
export async function plainFault(port: number): Promise<string | undefined> {
  const target = `/plain/${++plainCount}`
  const steps = [write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)]
  const { outcome, answers, violation } = await talk({ port, steps, patienceMs })
  const body = answers[0]?.body.toString('latin1')
  if (violation === undefined && outcome === '200' && body === honestBody(target)) return undefined
  return `${target}: ${violation ?? outcome}, ${JSON.stringify(body?.slice(0, 200))}`
}
