import type { SourceFile } from '../../src/control-plane/config/yaml/source-file.ts'

/** Files of a routes folder from their texts, by path. */
export function sourceFiles(texts: Readonly<Record<string, string>>): SourceFile[] {
  const encoder = new TextEncoder()
  return Object.entries(texts).map(([path, text]) => ({ path, bytes: encoder.encode(text) }))
}

const header = (kind: string, name: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n`

/** A resource with its spec as YAML text, each line of which is indented by the caller. */
export function resource(kind: string, name: string, spec: string): string {
  return `${header(kind, name)}${spec.replace(/^\n/, '').trimEnd()}\n`
}

/** Resources as one file of several documents. */
export function documents(...resources: readonly string[]): string {
  return resources.join('---\n')
}

/** A ServiceEntry for one host with one HTTP port and these endpoints: `address` or `address version`. */
export function serviceEntry(host: string, ...endpoints: readonly string[]): string {
  const items = endpoints.map(endpoint => {
    const [address, version] = endpoint.split(' ')
    return `    - { address: ${address}${version ? `, labels: { version: ${version} }` : ''} }\n`
  })
  return resource(
    'ServiceEntry',
    host.replaceAll('.', '-'),
    `
  hosts: [${host}]
  resolution: DNS
  ports: [{ number: 80, name: http, protocol: HTTP }]
${items.length > 0 ? `  endpoints:\n${items.join('')}` : ''}`,
  )
}
