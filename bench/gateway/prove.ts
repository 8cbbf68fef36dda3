import { openConnection } from '../../test/conformance/http-connection.ts'
import { asked, forwarded, requestText } from './traffic.ts'

const body = 'note='.padEnd(700, 'x')
const patienceMs = 10_000

/** What every proxy is asked. */
const proofs = [
  { method: 'GET', bytes: requestText('GET', `${asked}&proof`), body: '' },
  {
    method: 'POST',
    bytes: requestText('POST', `${asked}&proof`, [`content-length: ${body.length}`], body),
    body,
  },
]

/** Whether a proxy does what all of them are measured for. @throws Error that says what it did */
export async function prove(name: string, port: number): Promise<void> {
  const connection = openConnection({ port, timeoutMs: patienceMs })
  try {
    for (const { method, bytes, body } of proofs) {
      const answer = await connection.exchange(Buffer.from(bytes), method)
      const told = answer.kind === 'answered' ? `${answer.status} ${answer.body.toString('utf8')}` : answer.kind
      const expected = `200 ${JSON.stringify({ method, target: `${forwarded}&proof`, body })}`
      if (told !== expected) {
        throw new Error(
          `${name} does something else with a ${method}:\n${told.slice(0, 500)}\nnot\n${expected.slice(0, 500)}`,
        )
      }
    }
  } finally {
    connection.close()
  }
}
