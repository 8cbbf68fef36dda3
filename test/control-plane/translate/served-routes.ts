import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { defaultIdentity } from '../../../src/control-plane/resolve/identity.ts'
import { resolve } from '../../../src/control-plane/resolve/resolve.ts'
import { translate } from '../../../src/control-plane/translate/translate.ts'
import type { ForwardAction } from '../../../src/fib/action.ts'
import type { Condition } from '../../../src/fib/condition.ts'

/** A resource in a namespace, with its spec as one line of YAML. */
export function inNamespace(namespace: string, kind: string, name: string, spec: string): string {
  return `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { namespace: ${namespace}, name: ${name} }\nspec: ${spec}\n`
}

/** What a gateway in istio-system makes of documents, and of a `mesh.yaml`; faults in them fail the test. */
export function translated(
  documents: readonly string[],
  labels: Readonly<Record<string, string>> = {},
  mesh: string | undefined = undefined,
) {
  const encoder = new TextEncoder()
  const { config, diagnostics } = readConfig([
    { path: 'routes.yaml', bytes: encoder.encode(documents.join('---\n')) },
    ...(mesh === undefined ? [] : [{ path: 'mesh.yaml', bytes: encoder.encode(mesh) }]),
  ])
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return translate(resolve(config, { ...defaultIdentity, labels }))
}

/** The route that one rule, as fields of YAML on one line, becomes; it forwards to `b`. */
export function forwardOf(rule: string, mesh?: string) {
  const virtualService = inNamespace(
    'shop',
    'VirtualService',
    'a',
    `{ hosts: [a.test], http: [{ route: [{ destination: { host: b } }]${rule === '' ? '' : `, ${rule}`} }] }`,
  )
  const { listeners, clusters } = translated([virtualService], {}, mesh)
  const [route] = listeners.at(-1)!.virtualHosts[0]!.routes
  return { ...route!, action: route!.action as ForwardAction<string>, clusters }
}

/** Every route that is served, one a line: `domains | name | path and conditions → what it does`. */
export function servedRoutes(documents: readonly string[], labels?: Readonly<Record<string, string>>): string[] {
  return translated(documents, labels).listeners.flatMap(({ virtualHosts }) =>
    virtualHosts.flatMap(({ domains, routes }) =>
      routes.map(({ name, match: { path, conditions }, action }) => {
        const pathText = path ? [`${path.kind} ${path.kind === 'regex' ? path.regex : path.value}`] : ['any']
        const match = [...pathText, ...conditions.map(conditionText)].join(' & ')
        const target = action.kind === 'forward' ? action.destinations.map(each => each.cluster).join() : action.kind
        return `${domains.join(' ')} | ${name} | ${match} → ${target}`
      }),
    ),
  )
}

function conditionText(condition: Condition): string {
  if (condition.subject === 'port') return `port ${condition.port}`
  const name = 'name' in condition ? ` ${condition.name}` : ''
  const { match } = condition
  const value = match.kind === 'present' ? '' : ` ${match.kind === 'regex' ? match.regex : match.value}`
  return `${condition.subject}${name} ${match.kind}${value}`
}
