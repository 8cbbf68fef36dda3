import { host, rewrite } from './traffic.ts'

/**
 * Routes as people have them: retries, a timeout, changed headers both ways, and the one that the benchmark asks for at
 * the end of so many others.
 *
 * @param originPort where all of them lead
 * @param count how many routes there are, 2 at least
 * @returns the texts of one file or several: delegates, where there are more than one has room for
 */
export function benchRoutes(originPort: number, count: number): string[] {
  const others = Array.from({ length: count - 1 }, (_, at) => {
    const prefix = `/s${String(at).padStart(6, '0')}/`
    return `  - {match: [{uri: {prefix: ${prefix}}}], route: [{destination: {host: o.test}}]}\n`
  })
  if (count <= mostInFile) return [rootOf(originPort, others.join(''))]
  const parts = Array.from({ length: Math.ceil(others.length / mostInFile) }, (_, at) =>
    others.slice(at * mostInFile, (at + 1) * mostInFile).join(''),
  )
  const delegations = parts.map((_, at) => `  - delegate: { name: part-${at} }\n`)
  const delegates = parts.map((rules, at) => `${headerOf(`part-${at}`)}spec:\n  http:\n${rules}`)
  return [rootOf(originPort, delegations.join('')), ...delegates]
}

/** How many routes a file has. */
const mostInFile = 10_000

const headerOf = (name: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
`

function rootOf(originPort: number, rules: string): string {
  return `${headerOf('shop')}spec:
  hosts: [${host}]
  http:
${rules}  - name: catalog
    match: [{ uri: { prefix: ${rewrite.from} } }]
    rewrite: { uri: ${rewrite.to} }
    timeout: 15s
    retries: { attempts: 2, perTryTimeout: 5s, retryOn: "5xx,reset,connect-failure,refused-stream" }
    headers:
      request: { set: { x-edge: signalbox }, remove: [x-internal-user] }
      response: { set: { x-served-by: edge }, remove: [x-powered-by] }
    route: [{ destination: { host: o.test } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: origin }
spec:
  hosts: [o.test]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${originPort} } }]
`
}
