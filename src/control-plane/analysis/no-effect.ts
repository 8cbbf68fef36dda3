import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { camelCase } from '../config/message.ts'
import { type AnyResource, allResources, type FieldPath, formatPath } from '../config/resource.ts'
import type { AnalysisContext } from './analyze.ts'

/**
 * What each field of a kind does here. `true`: it has its effect (or, like a port's name, it only names something),
 * with all that stands below it. A nested table: the fields below it are told apart. A field that is not listed is
 * read and kept, but changes nothing yet. `*` stands for every item of a list or key of a map.
 */
export interface Effects {
  readonly [field: string]: true | Effects
}

const tlsMode: Effects = { tls: { mode: true } }
const trafficPolicy: Effects = { ...tlsMode, portLevelSettings: { '*': { port: true, ...tlsMode } } }

export const effects: Record<AnyResource['kind'], Effects> = {
  VirtualService: {
    hosts: true,
    gateways: true,
    exportTo: true,
    http: {
      '*': {
        name: true,
        match: {
          '*': {
            name: true,
            uri: true,
            ignoreUriCase: true,
            scheme: true,
            method: true,
            authority: true,
            headers: true,
            withoutHeaders: true,
            queryParams: true,
            port: true,
            sourceLabels: true,
            sourceNamespace: true,
            gateways: true,
          },
        },
        route: { '*': { destination: true, weight: true, headers: true } },
        headers: true,
        rewrite: true,
        fault: true,
        corsPolicy: true,
        redirect: true,
        directResponse: true,
        delegate: true,
      },
    },
  },
  DestinationRule: {
    host: true,
    exportTo: true,
    workloadSelector: true,
    subsets: { '*': { name: true, labels: true, trafficPolicy } },
    trafficPolicy,
  },
  ServiceEntry: {
    hosts: true,
    exportTo: true,
    location: true,
    ports: true,
    resolution: true,
    endpoints: { '*': { address: true, ports: true, labels: true, weight: true } },
    workloadSelector: true,
  },
  WorkloadEntry: { address: true, ports: true, labels: true, weight: true },
  Gateway: {
    selector: true,
    servers: { '*': { port: true, hosts: true, name: true, tls: { mode: true, httpsRedirect: true } } },
  },
}

const meshEffects: Effects = { pathNormalization: true }

/** Names every field that an operator wrote and that changes nothing yet (SB6001), so that none is lost silently. */
export function findNoEffect({ config }: AnalysisContext): Diagnostic[] {
  const { mesh } = config
  return [
    ...allResources(config).flatMap(resource =>
      withoutEffect(specOf(resource.written), effects[resource.kind], ['spec']).map(path => tell(resource, path)),
    ),
    ...(mesh ? withoutEffect(mesh.written, meshEffects, []).map(path => tell(mesh, path)) : []),
  ]
}

function specOf(written: unknown): unknown {
  return isMapping(written) ? written.spec : undefined
}

/** The topmost written fields that the table does not list. */
function withoutEffect(written: unknown, known: Effects, path: FieldPath): FieldPath[] {
  const fields: [string | number, unknown][] = Array.isArray(written)
    ? [...written.entries()]
    : isMapping(written)
      ? Object.entries(written)
      : []
  return fields.flatMap(([field, value]) => {
    const name = camelCase(String(field))
    const effect = known['*'] ?? (Object.hasOwn(known, name) ? known[name] : undefined)
    const place = [...path, field]
    if (effect === true || value === null) return []
    return effect === undefined ? [place] : withoutEffect(value, effect, place)
  })
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tell(resource: Pick<AnyResource, 'title' | 'keySpanOf'>, path: FieldPath): Diagnostic {
  const field = path.at(-1)
  return diagnose('SB6001', {
    message: `"${field}" has no effect yet`,
    span: resource.keySpanOf(path),
    label: 'read, but not acted on',
    path: formatPath(path),
    resource: resource.title,
    why: 'requests are served as if it were not there',
    help: 'do not rely on it; remove it if what it says must hold',
  })
}
