import type { VirtualServiceResource } from '../config/resource.ts'
import type { Route, RouteMatch } from '../ir/rib.ts'
import { remembered, rememberedAs } from '../memory/remembered.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import { appliesHere } from '../resolve/rule-place.ts'
import type { ClusterLookup, DestinationReference, FoundCluster } from './clusters.ts'
import { lowerAction } from './http-action.ts'
import { isCatchAll, lowerMatch } from './http-match.ts'
import type { ListenerContext } from './listener-context.ts'

/** The routes of one VirtualService on one listener: the same object as long as nothing changes that they are made of. */
export interface RouteSource {
  /** Names all that they are made of besides the VirtualService. */
  readonly key: string
  readonly isEmpty: boolean
  /** Made when they are first asked for. */
  readonly routes: readonly Route[]
}

/** What went into routes besides the VirtualService and its place, and what is known of them before they are made. */
interface RouteFacts {
  readonly isEmpty: boolean
  /** What its destinations come to, in the order in which they were asked for. */
  readonly lookups: readonly ClusterLookupResult[]
}

/** `found` as one text, so that it can be compared, also with what another process has found. */
type ClusterLookupResult = readonly [reference: DestinationReference, found: string]

function textOf({ name, hashKey }: FoundCluster): string {
  return hashKey ? `${name} ${JSON.stringify(hashKey)}` : name
}

/** By place: most VirtualServices do not change, and most services neither. */
const knownFacts = rememberedAs('routes', (_: VirtualServiceResource) => new Map<string, RouteFacts>())
const knownSources = remembered((_: VirtualServiceResource) => new Map<string, RouteSource>())

/**
 * The routes of one VirtualService on one listener, in order: one for each match of each rule. A match that takes
 * everything ends them: what follows could never be reached, and does not come back when routes are merged.
 */
export function httpRoutes(virtualService: VirtualServiceResource, context: ListenerContext): RouteSource {
  const { clusters } = context
  const [facts, sources] = [knownFacts(virtualService), knownSources(virtualService)]
  const place = placeKey(context)
  const before = facts.get(place)
  if (before?.lookups.every(([reference, found]) => textOf(clusters.find(reference)) === found)) {
    const source =
      sources.get(place) ?? new LazyRoutes(keyOf(place, before), before, () => lowerRules(virtualService, context))
    sources.set(place, source)
    return source
  }
  const lookups = new Map<string, ClusterLookupResult>()
  const noting: ClusterLookup = {
    find(reference) {
      const found = clusters.find(reference)
      // The namespace and the port of the listener are the same for all of them.
      lookups.set(`${reference.host}\0${reference.port}\0${reference.subset}`, [reference, textOf(found)])
      return found
    },
  }
  const routes = lowerRules(virtualService, { ...context, clusters: noting })
  const newFacts = { isEmpty: routes.length === 0, lookups: [...lookups.values()] }
  const source = { key: keyOf(place, newFacts), isEmpty: newFacts.isEmpty, routes }
  facts.set(place, newFacts)
  sources.set(place, source)
  return source
}

/** All that the routes of a VirtualService depend on besides itself and its services. */
function placeKey({ gateway, port, identity, meshRetries }: ListenerContext): string {
  return JSON.stringify([gateway, port, identity, meshRetries])
}

/** Which destinations are named is a matter of the VirtualService; which clusters they are, is not. */
function keyOf(place: string, { lookups }: RouteFacts): string {
  return JSON.stringify([place, lookups.map(([, found]) => found)])
}

class LazyRoutes implements RouteSource {
  readonly key: string
  readonly isEmpty: boolean
  readonly #make: () => readonly Route[]
  #routes?: readonly Route[]

  constructor(key: string, { isEmpty }: RouteFacts, make: () => readonly Route[]) {
    this.key = key
    this.isEmpty = isEmpty
    this.#make = make
  }

  get routes(): readonly Route[] {
    this.#routes ??= this.#make()
    return this.#routes
  }
}

/** The routes of a VirtualService, as they were asked for last on each listener. */
export function routeSourcesOf(virtualService: VirtualServiceResource): RouteSource[] {
  return [...knownSources(virtualService).values()]
}

function lowerRules(virtualService: VirtualServiceResource, context: ListenerContext): Route[] {
  const routes: Route[] = []
  for (const [index, rule] of virtualService.spec.http.entries()) {
    const action = lowerAction(rule, virtualService, context)
    // A delegate brings its own rules; without one that exists, Istio leaves the rule out.
    if (!action) continue
    const saysRetries = rule.retries ? 'route' : context.meshRetries && 'mesh'
    const retriesFrom = action.kind === 'forward' ? saysRetries : undefined
    for (const { match, name, path } of matchesOf(rule, virtualService, index, context)) {
      const origin = virtualService.spanOf(path)
      routes.push({ name, match, action, ...(retriesFrom && { retriesFrom }), origin })
      if (isCatchAll(match)) return routes
    }
  }
  return routes
}

interface NamedMatch {
  readonly match: RouteMatch
  readonly name: string
  readonly path: readonly (string | number)[]
}

function matchesOf(
  rule: HttpRule,
  virtualService: VirtualServiceResource,
  index: number,
  context: ListenerContext,
): NamedMatch[] {
  const rulePath = ['spec', 'http', index]
  const ruleName = rule.name || `${virtualService.name}.http[${index}]`
  if (rule.match.length === 0) return [{ match: { conditions: [] }, name: ruleName, path: rulePath }]
  return rule.match.flatMap((match, matchIndex) => {
    if (!appliesHere(match, virtualService, context)) return []
    const name = match.name ? `${ruleName}.${match.name}` : ruleName
    return [{ match: lowerMatch(match, context.port), name, path: [...rulePath, 'match', matchIndex] }]
  })
}
