import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { DestinationRuleResource, ServiceEntryResource, WorkloadEntryResource } from '../config/resource.ts'
import { removedFrom } from '../config/schema/salvage.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { fullHostName } from '../resolve/host-name.ts'
import { selects } from '../resolve/identity.ts'
import type { Service } from '../resolve/service-registry.ts'
import type { AnalysisContext } from './context.ts'
import { type DestinationReference, destinationsOf, differentDestinations } from './destination-references.ts'

/**
 * Destinations that no resource declares: a host (IST0101), a port of it (IST0101, IST0112), a subset of it (IST0101);
 * and subsets that exist but select no endpoint (IST0173; SB3002 where the host lists none). Each would answer 503 to
 * all of its requests; a mirror would get none.
 */
export function findUnknownDestinations(context: AnalysisContext): Diagnostic[] {
  return context.config.virtualServices.flatMap(virtualService => {
    // Most rules of a VirtualService name the same few destinations, and nothing is to be told of them.
    const isSound =
      !virtualService.isDamaged &&
      differentDestinations(virtualService).every(
        each => findUnknown({ ...each, virtualService }, context).length === 0,
      )
    return isSound ? [] : destinationsOf(virtualService).flatMap(reference => findUnknown(reference, context))
  })
}

function findUnknown(reference: DestinationReference, context: AnalysisContext): Diagnostic[] {
  const { destination, virtualService } = reference
  const host = fullHostName(destination.host, virtualService.namespace)
  const service = context.services.find(host)
  const areHostsKnown = !context.damagedTypes.has('ServiceEntry.networking.istio.io')
  if (!service) {
    const mayBeDeclared = !areHostsKnown || context.isMentionedUnread(destination.host, at(reference, 'host').span)
    return mayBeDeclared ? [] : [unknownHost(reference, context)]
  }
  const ports = destination.port ? service : context.services.findFor(host, virtualService.namespace)!
  const isPortSure = areHostsKnown && !isPortLost(reference)
  return [
    ...(isPortSure ? unknownPort(reference, ports) : []),
    ...(destination.subset
      ? unknownSubset(reference, destination.subset, service, context)
      : noEndpoints(reference, service, context)),
  ]
}

/** Whether a fault that was told took the port of a destination away. */
function isPortLost({ virtualService, path }: DestinationReference): boolean {
  if (!virtualService.isDamaged) return false
  const place = [...path, 'port']
  return removedFrom(virtualService.written).some(lost => place.every((step, index) => lost[index] === step))
}

/** What all findings about a field of a reference have in common. */
function at({ virtualService, path }: DestinationReference, ...field: string[]) {
  const place = [...path, ...field]
  return { span: virtualService.spanOf(place), path: formatPath(place), resource: virtualService.title }
}

/** What comes of the requests for a destination that cannot have them. */
function fateOf({ use }: DestinationReference, flag: 'NC' | 'UH'): string {
  switch (use) {
    case 'mirror':
      return 'no request is mirrored to it'
    case 'connection':
      return 'connections for it are closed'
    case 'request':
      return `requests for it get 503 (${flag})`
    default:
      return use satisfies never
  }
}

function unknownHost(reference: DestinationReference, context: AnalysisContext): Diagnostic {
  const { identity, entriesByHost } = context
  const written = reference.destination.host
  const host = fullHostName(written, reference.virtualService.namespace)
  const hidden = entriesByHost.get(host)
  if (hidden) {
    return diagnose('IST0101', {
      message: `${hidden.title} does not export the host "${written}" to the edge's namespace "${identity.namespace}"`,
      why: fateOf(reference, 'NC'),
      help: `add "${identity.namespace}" to its exportTo`,
      related: [{ message: 'exported here', span: hidden.spanOf(['spec', 'exportTo']) }],
      ...at(reference, 'host'),
    })
  }
  const suggestion = context.nearestHost(host) ?? (written.includes('.') ? undefined : context.hostCalled(written))
  const meaning = written.toLowerCase() === host ? '' : ` (which means "${host}")`
  return diagnose('IST0101', {
    message: `no ServiceEntry declares the host "${written}"${meaning}`,
    label: suggestion ? `did you mean "${suggestion}"?` : 'unknown host',
    why: fateOf(reference, 'NC'),
    help: suggestion
      ? `write "${suggestion}", or add a ServiceEntry with this host`
      : context.ignoredServices.has(host)
        ? 'add a ServiceEntry with this host and its endpoints: the Kubernetes Service of this name is not read'
        : 'add a ServiceEntry with this host and its endpoints',
    ...at(reference, 'host'),
  })
}

function unknownPort(reference: DestinationReference, { host, ports }: Service): Diagnostic[] {
  const wanted = reference.destination.port?.number
  const known = ports.map(({ number }) => number).join(', ')
  if (wanted === undefined) {
    if (ports.length < 2) return []
    return [
      diagnose('IST0112', {
        message: `host "${host}" has ${ports.length} ports, but the destination names none`,
        why: 'Istio would use the port of the listener, which the host may not have',
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
  reference: DestinationReference,
  subsetName: string,
  service: Service,
  context: AnalysisContext,
): Diagnostic[] {
  const { destinationRules, damagedTypes, isMentionedUnread } = context
  if (damagedTypes.has('DestinationRule.networking.istio.io')) return []
  const subsets = destinationRules.find(service.host, service.namespace)?.subsets
  const subset = subsets?.get(subsetName)
  if (!subset && isMentionedUnread(subsetName, at(reference, 'subset').span)) return []
  if (!subset) {
    return [
      undefinedSubset(reference, subsetName, service, [...(subsets?.keys() ?? [])], unseenPolicy(service, context)),
    ]
  }
  const areEndpointsKnown =
    !damagedTypes.has('ServiceEntry.networking.istio.io') && !damagedTypes.has('WorkloadEntry.networking.istio.io')
  if (service.workloads.length === 0) return noEndpoints(reference, service, context)
  const hasEndpoint = service.workloads.some(({ labels }) => selects(subset.labels, labels))
  if (hasEndpoint || !areEndpointsKnown) return []
  const isOnlyItself = service.workloads.length > 0 && !context.hostsWithEndpoints.has(service.host)
  return [(isOnlyItself ? unlabelledHost : emptySubset)(reference, subsetName, service, subset.labels)]
}

/** A host that exists, but that nothing serves: its entry has no endpoints, or selects no WorkloadEntry. */
function noEndpoints(
  reference: DestinationReference,
  { host, workloads }: Service,
  { damagedTypes, entriesByHost, config }: AnalysisContext,
): Diagnostic[] {
  const areEndpointsKnown =
    !damagedTypes.has('ServiceEntry.networking.istio.io') && !damagedTypes.has('WorkloadEntry.networking.istio.io')
  if (workloads.length > 0 || !areEndpointsKnown) return []
  const entry = entriesByHost.get(host)
  if (entry?.spec.workloadSelector) return [idleSelector(reference, entry, config.workloadEntries)]
  return [
    diagnose('IST0173', {
      message: `host "${host}" has no endpoint`,
      why: fateOf(reference, 'UH'),
      help: host.startsWith('*')
        ? 'name one of the hosts that the wildcard covers, in a separate ServiceEntry'
        : 'give its ServiceEntry endpoints, or a workloadSelector that selects a WorkloadEntry',
      ...at(reference, 'host'),
    }),
  ]
}

/** A selector that selects no WorkloadEntry: of its namespace none has the labels. */
function idleSelector(
  reference: DestinationReference,
  entry: ServiceEntryResource,
  workloads: readonly WorkloadEntryResource[],
): Diagnostic {
  const wanted = entry.spec.workloadSelector!.labels
  const elsewhere = workloads.find(({ spec }) => selects(wanted, spec.labels))
  return diagnose('IST0173', {
    message: `the workloadSelector of ${entry.title} selects no WorkloadEntry`,
    label: 'the host has no endpoint',
    why: fateOf(reference, 'UH'),
    help: elsewhere
      ? `put ${elsewhere.title} into the namespace "${entry.namespace}": a selector selects in its own namespace only`
      : `give the labels ${labelText(wanted)} to a WorkloadEntry of the namespace "${entry.namespace}"`,
    related: [{ message: 'the selector', span: entry.keySpanOf(['spec', 'workloadSelector']) }],
    ...at(reference, 'host'),
  })
}

/** A DestinationRule for the host in a namespace in which it is not looked for. */
function unseenPolicy({ host }: Service, { config }: AnalysisContext): DestinationRuleResource | undefined {
  return config.destinationRules.find(({ spec, namespace }) => fullHostName(spec.host, namespace) === host)
}

function undefinedSubset(
  reference: DestinationReference,
  subsetName: string,
  { host, namespace }: Service,
  known: readonly string[],
  unseen: DestinationRuleResource | undefined,
): Diagnostic {
  const suggestion = nearest(subsetName, known)
  return diagnose('IST0101', {
    message: `subset "${subsetName}" of ${host} is not defined`,
    label: suggestion ? `did you mean "${suggestion}"?` : 'unknown subset',
    why: fateOf(reference, 'NC'),
    help:
      known.length > 0
        ? `subsets of this host: ${known.join(', ')}`
        : unseen
          ? `put ${unseen.title} into the namespace "${namespace}": in its namespace it does not apply`
          : `add a DestinationRule for ${host} with a subset named "${subsetName}"`,
    ...at(reference, 'subset'),
  })
}

/** The host is its own endpoint, and carries no labels. */
function unlabelledHost(
  reference: DestinationReference,
  subsetName: string,
  { host }: Service,
  labels: Labels,
): Diagnostic {
  return diagnose('SB3002', {
    message: `subset "${subsetName}" of ${host} selects labels, and no endpoints of the host are listed`,
    label: `no endpoint has the labels ${labelText(labels)}`,
    why: `the host itself is its only endpoint, and has no labels: ${fateOf(reference, 'UH')}`,
    help: 'list the endpoints in the ServiceEntry, each with its labels, or name no subset',
    ...at(reference, 'subset'),
  })
}

type Labels = Readonly<Record<string, string>>

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

function emptySubset(
  reference: DestinationReference,
  subsetName: string,
  { host }: Service,
  labels: Labels,
): Diagnostic {
  const wanted = labelText(labels)
  return diagnose('IST0173', {
    message: `subset "${subsetName}" of ${host} selects no endpoint`,
    label: wanted ? `no endpoint has the labels ${wanted}` : 'the host has no endpoints',
    why: fateOf(reference, 'UH'),
    help: 'give these labels to an endpoint of the ServiceEntry or to a WorkloadEntry that it selects',
    ...at(reference, 'subset'),
  })
}
