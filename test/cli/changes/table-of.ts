import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { openTable, type TableView } from '../../../src/fib/view.ts'
import { documents, resource, sourceFiles } from '../../control-plane/source-files.ts'

/** The table of these resources, whatever `check` says of them. */
export function tableOf(...resources: readonly string[]): TableView {
  return tableOfFiles({ 'routes.yaml': documents(...resources) })
}

/** The table of these files. */
export function tableOfFiles(texts: Readonly<Record<string, string>>): TableView {
  const { table, diagnostics } = compileRoutes(sourceFiles(texts))
  if (!table) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return openTable(table)
}

/** A VirtualService on the default listener for hosts with commas between them; each rule is YAML in one line. */
export function rules(hosts: string, ...http: readonly string[]): string {
  return rulesOn('mesh', hosts, ...http)
}

/** The same on these Gateways: `edge`, or `edge, mesh`. */
export function rulesOn(gateways: string, hosts: string, ...http: readonly string[]): string {
  const names = hosts.split(', ')
  return resource(
    'VirtualService',
    names[0]!.replace('*', 'any').replaceAll('.', '-'),
    `  hosts: ${JSON.stringify(names)}\n  gateways: [${gateways}]\n  http:\n${items(http)}`,
  )
}

/** A Gateway; each server is YAML in one line. */
export function gateway(name: string, ...servers: readonly string[]): string {
  return resource('Gateway', name, `  servers:\n${items(servers)}`)
}

/** A host with subsets `v1` and `v2` of one endpoint each; `weight: 2` and the like may follow that of v2. */
export function service(host: string, { v2 = '' } = {}): string {
  return documents(
    resource(
      'DestinationRule',
      host.replaceAll('.', '-'),
      `  host: ${host}\n  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]`,
    ),
    resource(
      'ServiceEntry',
      host.replaceAll('.', '-'),
      `  hosts: [${host}]
  resolution: DNS
  ports: [{ number: 443, name: https, protocol: HTTPS }]
  endpoints:
    - { address: v1.${host}, labels: { version: v1 } }
    - { address: v2.${host}, labels: { version: v2 }${v2} }`,
    ),
  )
}

function items(texts: readonly string[]): string {
  return texts.map(text => `    - ${text}\n`).join('')
}
