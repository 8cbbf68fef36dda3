import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import { type FieldPath, formatPath, type VirtualServiceResource } from '../config/resource.ts'
import { fullHostName } from '../translate/host-name.ts'
import { selects } from '../translate/identity.ts'
import type { Service } from '../translate/service-registry.ts'
import type { AnalysisContext } from './analyze.ts'

type Destination = VirtualServiceResource['spec']['http'][number]['route'][number]['destination']

/** A destination, where it stands, and the way to its fields. */
interface Reference {
  readonly destination: Destination
  readonly virtualService: VirtualServiceResource
  readonly path: FieldPath
  /** Whether it gets copies only. */
  readonly isMirror: boolean
}

/**
 * Destinations that no resource declares: a host (IST0101), a port of it (IST0101, IST0112), a subset of it (IST0101);
 * and subsets that exist but select no endpoint (IST0173). Each would answer 503 to all of its requests; a mirror would
 * get none.
 */
export function findUnknownDestinations(context: AnalysisContext): Diagnostic[] {
  return context.config.virtualServices.flatMap(referencesOf).flatMap(reference => {
    const { destination, virtualService } = reference
    const host = fullHostName(destination.host, virtualService.namespace)
    const service = context.services.find(host)
    const areHostsKnown = !context.damagedKinds.has('ServiceEntry')
    if (!service) {
      const mayBeDeclared = !areHostsKnown || context.isMentionedUnread(destination.host, at(reference, 'host').span)
      return mayBeDeclared ? [] : [unknownHost(reference, context)]
    }
    const ports = destination.port ? service : context.services.findFor(host, virtualService.namespace)!
    return [
      ...(areHostsKnown ? unknownPort(reference, ports) : []),
      ...(destination.subset
        ? unknownSubset(reference, destination.subset, service, context)
        : noEndpoints(reference, service, context)),
    ]
  })
}

function referencesOf(virtualService: VirtualServiceResource): Reference[] {
  return virtualService.spec.http.flatMap(({ route, mirror, mirrors }, ruleIndex) => {
    const rule: FieldPath = ['spec', 'http', ruleIndex]
    const routed = { virtualService, isMirror: false }
    const mirrored = { virtualService, isMirror: true }
    return [
      ...route.map(({ destination }, index) => ({
        ...routed,
        destination,
        path: [...rule, 'route', index, 'destination'],
      })),
      ...(mirror ? [{ ...mirrored, destination: mirror, path: [...rule, 'mirror'] }] : []),
      ...mirrors.map(({ destination }, index) => ({
        ...mirrored,
        destination,
        path: [...rule, 'mirrors', index, 'destination'],
      })),
    ]
  })
}

/** What all findings about a field of a reference have in common. */
function at({ virtualService, path }: Reference, ...field: string[]) {
  const place = [...path, ...field]
  return { span: virtualService.spanOf(place), path: formatPath(place), resource: virtualService.title }
}

/** What comes of the requests for a destination that cannot have them. */
function fateOf({ isMirror }: Reference, flag: 'NC' | 'UH'): string {
  return isMirror ? 'no request is copied to it' : `requests for it are answered 503 (${flag})`
}

function unknownHost(reference: Reference, { services, config, identity }: AnalysisContext): Diagnostic {
  const written = reference.destination.host
  const host = fullHostName(written, reference.virtualService.namespace)
  const hidden = config.serviceEntries.find(({ spec }) => spec.hosts.some(each => each.toLowerCase() === host))
  if (hidden) {
    return diagnose('IST0101', {
      message: `${hidden.title} does not export the host "${written}" to the edge's namespace "${identity.namespace}"`,
      why: fateOf(reference, 'NC'),
      help: `add "${identity.namespace}" to its exportTo`,
      related: [{ message: 'exported here', span: hidden.spanOf(['spec', 'exportTo']) }],
      ...at(reference, 'host'),
    })
  }
  // A wildcard stands for many hosts; as a destination it names none of them.
  const suggestion = nearest(
    host,
    [...services.hosts()].filter(each => !each.startsWith('*')),
  )
  const meaning = written.toLowerCase() === host ? '' : ` (which means "${host}")`
  return diagnose('IST0101', {
    message: `no ServiceEntry declares the host "${written}"${meaning}`,
    label: suggestion ? `did you mean "${suggestion}"?` : 'unknown host',
    why: fateOf(reference, 'NC'),
    help: suggestion
      ? `write "${suggestion}", or add a ServiceEntry with this host`
      : 'add a ServiceEntry with this host and its endpoints',
    ...at(reference, 'host'),
  })
}

function unknownPort(reference: Reference, { host, ports }: Service): Diagnostic[] {
  const wanted = reference.destination.port?.number
  const known = ports.map(({ number }) => number).join(', ')
  if (wanted === undefined) {
    if (ports.length < 2) return []
    return [
      diagnose('IST0112', {
        message: `host "${host}" has ${ports.length} ports, but the destination names none`,
        why: 'the port of the listener would be taken, which the host need not have',
        help: `add port.number: one of ${known}`,
        ...at(reference, 'host'),
      }),
    ]
  }
  if (ports.some(({ number }) => number === wanted)) return []
  return [
    diagnose('IST0101', {
      message: `host "${host}" has no port ${wanted}`,
      why: fateOf(reference, 'NC'),
      help: known ? `ports of this host: ${known}` : 'its ServiceEntry declares no ports',
      ...at(reference, 'port', 'number'),
    }),
  ]
}

function unknownSubset(
  reference: Reference,
  subsetName: string,
  service: Service,
  { rules, damagedKinds, isMentionedUnread }: AnalysisContext,
): Diagnostic[] {
  if (damagedKinds.has('DestinationRule')) return []
  const subsets = rules.find(service.host, service.namespace)?.subsets
  const subset = subsets?.get(subsetName)
  if (!subset && isMentionedUnread(subsetName, at(reference, 'subset').span)) return []
  if (!subset) return [undefinedSubset(reference, subsetName, service, [...(subsets?.keys() ?? [])])]
  const areEndpointsKnown = !damagedKinds.has('ServiceEntry') && !damagedKinds.has('WorkloadEntry')
  const hasEndpoint = service.workloads.some(({ labels }) => selects(subset.labels, labels))
  return hasEndpoint || !areEndpointsKnown ? [] : [emptySubset(reference, subsetName, service, subset.labels)]
}

/** A host that exists, but that nothing serves: its entry has no endpoints, or selects no WorkloadEntry. */
function noEndpoints(
  reference: Reference,
  { host, workloads }: Service,
  { damagedKinds }: AnalysisContext,
): Diagnostic[] {
  const areEndpointsKnown = !damagedKinds.has('ServiceEntry') && !damagedKinds.has('WorkloadEntry')
  if (workloads.length > 0 || !areEndpointsKnown) return []
  return [
    diagnose('IST0173', {
      message: `host "${host}" has no endpoint`,
      why: fateOf(reference, 'UH'),
      help: host.startsWith('*')
        ? 'name one of the hosts that the wildcard stands for, in a ServiceEntry of its own'
        : 'give its ServiceEntry endpoints, or a workloadSelector that selects a WorkloadEntry',
      ...at(reference, 'host'),
    }),
  ]
}

function undefinedSubset(
  reference: Reference,
  subsetName: string,
  { host }: Service,
  known: readonly string[],
): Diagnostic {
  const suggestion = nearest(subsetName, known)
  return diagnose('IST0101', {
    message: `subset "${subsetName}" of ${host} is not defined`,
    label: suggestion ? `did you mean "${suggestion}"?` : 'unknown subset',
    why: fateOf(reference, 'NC'),
    help:
      known.length > 0
        ? `subsets of this host: ${known.join(', ')}`
        : `add a DestinationRule for ${host} with a subset named "${subsetName}"`,
    ...at(reference, 'subset'),
  })
}

function emptySubset(
  reference: Reference,
  subsetName: string,
  { host }: Service,
  labels: Readonly<Record<string, string>>,
): Diagnostic {
  const wanted = Object.entries(labels)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
  return diagnose('IST0173', {
    message: `subset "${subsetName}" of ${host} selects no endpoint`,
    label: wanted ? `no endpoint has the labels ${wanted}` : 'the host has no endpoints',
    why: fateOf(reference, 'UH'),
    help: 'give these labels to an endpoint of the ServiceEntry or to a WorkloadEntry that it selects',
    ...at(reference, 'subset'),
  })
}
