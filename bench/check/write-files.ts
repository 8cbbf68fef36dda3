import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Corpus {
  readonly files: number
  readonly routes: number
}

/**
 * Writes `files` files with `routes` rules in all, as teams write them: each file has a VirtualService for a host of
 * its own and the ServiceEntry of its destination; nothing in them is wrong. Returns how many bytes that is.
 */
export async function writeFiles(folder: string, { files, routes }: Corpus): Promise<number> {
  let bytes = 0
  for (let file = 0; file < files; file++) {
    const from = Math.floor((file * routes) / files)
    const to = Math.floor(((file + 1) * routes) / files)
    const path = join(folder, `area-${file % 10}`, `team-${padded(file)}.yaml`)
    const text = teamFile(file, from, to)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    bytes += Buffer.byteLength(text)
  }
  const gateway = join(folder, 'gateway.yaml')
  await writeFile(gateway, edgeGateway)
  return bytes + Buffer.byteLength(edgeGateway)
}

const edgeGateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  selector:
    istio: ingressgateway
  servers:
    - port:
        number: 80
        name: http
        protocol: HTTP
      hosts:
        - "*.example.com"
`

function teamFile(team: number, from: number, to: number): string {
  const rules = Array.from({ length: to - from }, (_, at) => rule(team, from + at))
  return `# Routes of team ${team}.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: team-${padded(team)}
spec:
  hosts:
    - team-${padded(team)}.example.com
  gateways:
    - edge
  http:
${rules.join('')}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: team-${padded(team)}
spec:
  hosts:
    - team-${padded(team)}.internal
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
    - number: 80
      name: http
      protocol: HTTP
`
}

/** Most rules are a prefix and a destination; some have conditions, a rewrite or a second destination. */
function rule(team: number, at: number): string {
  const path = `/svc${padded(at)}/v1/items`
  const destination = `host: team-${padded(team)}.internal`
  const condition =
    at % 10 === 3
      ? '          headers:\n            x-canary:\n              exact: "true"\n'
      : at % 10 === 6
        ? '          method:\n            exact: GET\n'
        : ''
  const rewrite = at % 5 === 1 ? '      rewrite:\n        uri: /items\n' : ''
  return `    - name: items-${padded(at)}
      match:
        - uri:
            prefix: ${path}
${condition}${rewrite}      route:
        - destination:
            ${destination}
            port:
              number: 80
`
}

function padded(number: number): string {
  return String(number).padStart(6, '0')
}
