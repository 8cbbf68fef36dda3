import type { SourceTexts } from '../../diagnostics/render.ts'
import type { Span } from '../../diagnostics/span.ts'
import { type AnyResource, allResources, type Config, type ServiceEntryResource } from '../config/resource.ts'
import {
  type ResourceType,
  resourceKey,
  type TypeName,
  typeName,
  type UnreadResource,
} from '../config/resource-type.ts'
import { defaultTarget, type Target } from '../effects/target.ts'
import { fullHostName } from '../resolve/host-name.ts'
import type { ResolvedConfig } from '../resolve/resolve.ts'
import { namedHosts } from './destination-references.ts'
import { type ServedHost, servedHosts } from './served-matches.ts'
import { Suggestions } from './suggestions.ts'

/** What analyzers read: the config as the edge sees it, which `translate` lowers, and what is asked of it often. */
export interface AnalysisContext extends ResolvedConfig {
  /** What carries the routes out. */
  readonly target: Target
  /** The hosts of all listeners with the matches of their rules, as `translate` merges them. */
  readonly servedHosts: readonly ServedHost[]
  /** The full names of all hosts that destinations name. */
  readonly namedHosts: ReadonlySet<string>
  /** The first ServiceEntry of each host, whether the edge sees it or not. */
  readonly entriesByHost: ReadonlyMap<string, ServiceEntryResource>
  /** The hosts for which some ServiceEntry lists or selects endpoints. */
  readonly hostsWithEndpoints: ReadonlySet<string>
  /** The one host that begins with this label, if there is one: `rev.prod.svc.cluster.local` for `rev`. */
  hostCalled(label: string): string | undefined
  /** The declared host that was probably meant by an unknown one, if any. */
  nearestHost(host: string): string | undefined
  /**
   * Types of which something is damaged: what those resources would have declared is not known, so nothing is said
   * about references to them. Such findings would mostly go away with the fault that is reported.
   */
  readonly damagedTypes: ReadonlySet<TypeName<AnyResource>>
  /** The resources of which nothing was read. */
  readonly unread: readonly UnreadResource[]
  /** The hosts of the Kubernetes Services among the files, which are not read. */
  readonly ignoredServices: ReadonlySet<string>
  /** Whether a text that could not be read mentions `name`, elsewhere than at the reference to it. */
  isMentionedUnread(name: string, reference: Span): boolean
}

/** What analyzers need that judge each resource by itself. */
export type ResourceContext = Pick<AnalysisContext, 'config' | 'roots' | 'target'>

/** What the judgement of a config depends on besides the config. */
export interface AnalysisOptions {
  /** What carries the routes out. */
  readonly target?: Target
  /** Texts of which something could not be read: a name that they mention may be declared there. */
  readonly unreadTexts?: SourceTexts
  /** The resources of which nothing was read. */
  readonly unread?: readonly UnreadResource[]
}

/** Makes what analyzers read, once for all of them. */
export function contextOf(
  resolved: ResolvedConfig,
  { target = defaultTarget, unreadTexts = new Map(), unread = [] }: AnalysisOptions,
): AnalysisContext {
  const { config, services } = resolved
  // A wildcard stands for many hosts; as a destination it names none of them.
  const suggestions = new Suggestions([...services.hosts()].filter(host => !host.startsWith('*')))
  let byLabel: Map<string, string[]> | undefined
  return {
    ...resolved,
    target,
    servedHosts: servedHosts(resolved),
    namedHosts: namedHosts(config),
    entriesByHost: entriesByHost(config),
    hostsWithEndpoints: hostsWithEndpoints(config),
    nearestHost: host => suggestions.nearest(host),
    hostCalled: label => {
      byLabel ??= Map.groupBy(services.hosts(), host => host.slice(0, host.indexOf('.')))
      const [found, ...others] = byLabel.get(label.toLowerCase()) ?? []
      return others.length === 0 ? found : undefined
    },
    damagedTypes: damagedTypes(allResources(config), unread) as ReadonlySet<TypeName<AnyResource>>,
    unread,
    ignoredServices: ignoredServices(unread),
    isMentionedUnread: mentionsIn(unreadTexts),
  }
}

/** The types of which a resource is damaged, or lost to a fault. */
function damagedTypes(read: readonly AnyResource[], unread: readonly UnreadResource[]): ReadonlySet<string> {
  const known = new Set(read.map(resourceKey))
  const lost = unread.filter(({ cause, name, ...type }) => {
    if (cause !== 'fault') return false
    if (name === undefined) return true
    // Of a Gateway the name is enough, so that one with a name is not lost.
    return typeName(type) !== 'Gateway.networking.istio.io' && !known.has(resourceKey({ ...type, name }))
  })
  return new Set([...read.filter(({ isDamaged }) => isDamaged), ...lost].map(each => typeName<ResourceType>(each)))
}

function entriesByHost({ serviceEntries }: Config): ReadonlyMap<string, ServiceEntryResource> {
  const entries = new Map<string, ServiceEntryResource>()
  for (const entry of serviceEntries) {
    for (const host of entry.spec.hosts) if (!entries.has(host.toLowerCase())) entries.set(host.toLowerCase(), entry)
  }
  return entries
}

function hostsWithEndpoints({ serviceEntries }: Config): ReadonlySet<string> {
  const listing = serviceEntries.filter(({ spec }) => spec.endpoints.length > 0 || spec.workloadSelector)
  return new Set(listing.flatMap(({ spec }) => spec.hosts.map(host => host.toLowerCase())))
}

/** The hosts of the Services among the files, of whatever group: one of Knative makes one of Kubernetes. */
function ignoredServices(unread: readonly UnreadResource[]): ReadonlySet<string> {
  const services = unread.filter(({ kind }) => kind === 'Service')
  return new Set(services.flatMap(({ name, namespace }) => (name === undefined ? [] : fullHostName(name, namespace))))
}

/** Looks names up as whole words, of which the texts are read once: there may be many references. */
function mentionsIn(unread: SourceTexts): AnalysisContext['isMentionedUnread'] {
  const words = new Map<string, { readonly path: string; readonly at: number }[]>()
  for (const [path, text] of unread) {
    for (const { 0: word, index: at } of text.matchAll(/[\w*][\w.*-]*/g)) {
      const places = words.get(word)
      if (!places) words.set(word, [{ path, at }])
      // The reference itself may be among them, and any other place is enough.
      else if (places.length < 2) places.push({ path, at })
    }
  }
  return (name, { file, start, end }) =>
    words.get(name)?.some(({ path, at }) => path !== file || at < start.offset || at >= end.offset) ?? false
}
