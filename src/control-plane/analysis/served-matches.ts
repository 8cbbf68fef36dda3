import type { VirtualServiceResource } from '../config/resource.ts'
import { remembered, rememberedAs } from '../memory/remembered.ts'
import { type WrittenPlace, writtenPlace } from '../resolve/delegates.ts'
import { isPseudoHeader } from '../resolve/http-rule.ts'
import type { Identity } from '../resolve/identity.ts'
import type { Attachment } from '../resolve/listeners.ts'
import type { ResolvedConfig } from '../resolve/resolve.ts'
import { appliesHere } from '../resolve/rule-place.ts'
import { isCatchAll, lowerMatch } from '../translate/http-match.ts'
import type { Match } from './match-cover.ts'
import { hasSoundMatch } from './sound-rules.ts'

/** One match of a rule on a listener; a rule without matches is one that takes everything. */
export interface ServedMatch {
  readonly match: Match
  readonly virtualService: VirtualServiceResource
  readonly ruleIndex: number
  /** Absent where the rule has no matches. */
  readonly matchIndex?: number
  readonly isCatchAll: boolean
  /** Names the place where it was written: the same for a rule that several listeners serve. */
  readonly key: string
  readonly place: WrittenPlace
}

/** What a VirtualService brings to a listener. */
export interface ServedRules {
  readonly virtualService: VirtualServiceResource
  /** Names the place that its rules are looked at from. */
  readonly from: string
  /** Whether it has no match there. */
  readonly isIdle: boolean
  /** In the order in which they are asked, up to a catch-all. */
  readonly matches: readonly ServedMatch[]
  /** Behind a catch-all: they are never asked. */
  readonly dropped: readonly ServedMatch[]
}

/** Domains of one listener with the VirtualServices that serve them, in the order in which they speak. */
export interface ServedHost {
  readonly listener: string
  readonly domains: readonly string[]
  readonly contributions: readonly ServedRules[]
}

/** The hosts of all listeners as `translate` merges them. Domains that the same VirtualServices serve are one. */
export function servedHosts({ listeners, identity }: ResolvedConfig): ServedHost[] {
  // Where two HTTPS servers make one listener name, the later one stands for both.
  const byName = new Map(listeners.map(({ name, parts }) => [name, parts.flatMap(({ attachments }) => attachments)]))
  return [...byName].flatMap(([listener, attachments]) => hostsOf(listener, attachments, identity))
}

function hostsOf(listener: string, attachments: readonly Attachment[], identity: Identity): ServedHost[] {
  const contributions = attachments.map(attachment => rulesOf(attachment, identity))
  const byDomain = new Map<string, number[]>()
  for (const [index, { domains }] of attachments.entries()) {
    if (contributions[index]!.isIdle) continue
    for (const domain of domains) {
      const known = byDomain.get(domain)
      if (!known) byDomain.set(domain, [index])
      else if (known.at(-1) !== index) known.push(index)
    }
  }
  const hosts = new Map<string, { domains: string[]; contributions: ServedRules[] }>()
  for (const [domain, indexes] of byDomain) {
    const key = indexes.join()
    const known = hosts.get(key)
    if (known) known.domains.push(domain)
    else hosts.set(key, { domains: [domain], contributions: indexes.map(index => contributions[index]!) })
  }
  return [...hosts.values()].map(host => asBefore({ listener, ...host }))
}

/** The same object as when an equal host was met before, so that judgements of it can be remembered. */
function asBefore(host: ServedHost): ServedHost {
  const alike = hostsMet(host.contributions[0]!)
  const key = `${host.listener} ${host.domains[0]}`
  const known = alike.get(key)
  if (known && areSame(known.domains, host.domains) && areSame(known.contributions, host.contributions)) return known
  alike.set(key, host)
  return host
}

/** The hosts to which these rules come first, by listener and domain; of equal ones the last one met. */
const hostsMet = remembered((_: ServedRules) => new Map<string, ServedHost>())

function areSame<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index])
}

/** The rules of a VirtualService at a place, found once: there may be many, and most VirtualServices do not change. */
function rulesOf(attachment: Attachment, identity: Identity): ServedRules {
  const known = rulesByPlace(attachment.virtualService)
  const key = JSON.stringify([attachment.place, identity])
  const rules = known.get(key) ?? new RulesAt(attachment, identity, key)
  known.set(key, rules)
  return rules
}

const rulesByPlace = remembered((_: VirtualServiceResource) => new Map<string, ServedRules>())

/** Looks at the rules when they are first asked for: most questions about them have been answered before. */
class RulesAt implements ServedRules {
  readonly virtualService: VirtualServiceResource
  readonly from: string
  readonly #find: () => FoundRules
  #found?: FoundRules

  constructor(attachment: Attachment, identity: Identity, from: string) {
    this.virtualService = attachment.virtualService
    this.from = from
    this.#find = () => findRules(attachment, identity)
  }

  get matches(): readonly ServedMatch[] {
    return this.#rules().matches
  }

  get dropped(): readonly ServedMatch[] {
    return this.#rules().dropped
  }

  get isIdle(): boolean {
    return answered(this.virtualService, 'idle', this.from, () => this.matches.length === 0)
  }

  #rules(): FoundRules {
    this.#found ??= this.#find()
    return this.#found
  }
}

/**
 * The same function, which judges each host once. For a host that one VirtualService serves alone, the next process
 * knows it, too.
 *
 * @param judge its judgement is plain data, and depends on nothing but the host
 */
export function rememberedOfHosts<Judgement>(
  name: string,
  judge: (host: ServedHost) => Judgement,
): (host: ServedHost) => Judgement {
  const judgedOnce = remembered(judge)
  return host => {
    const [only, ...others] = host.contributions
    if (!only || others.length > 0) return judgedOnce(host)
    const place = JSON.stringify([host.listener, host.domains, only.from])
    return answered(only.virtualService, name, place, () => judgedOnce(host))
  }
}

const answers = rememberedAs('answers', (_: VirtualServiceResource) => new Map<string, unknown>())

/** The answer to a question about a VirtualService, which is asked once. */
function answered<Answer>(
  virtualService: VirtualServiceResource,
  question: string,
  place: string,
  ask: () => Answer,
): Answer {
  const known = answers(virtualService)
  const key = `${question} ${place}`
  if (!known.has(key)) known.set(key, ask())
  return known.get(key) as Answer
}

type FoundRules = Pick<ServedRules, 'matches' | 'dropped'>

function findRules({ virtualService, place }: Attachment, identity: Identity): FoundRules {
  const matches: ServedMatch[] = []
  const dropped: ServedMatch[] = []
  let isEnded = false
  for (const [ruleIndex, rule] of virtualService.spec.http.entries()) {
    const isIdle = !rule.redirect && !rule.directResponse && rule.route.length === 0
    if (isIdle || !isAsWritten(virtualService, ruleIndex)) continue
    const written = rule.match.length > 0 ? [...rule.match.entries()] : [[undefined, undefined] as const]
    for (const [matchIndex, each] of written) {
      // That what it asks for there is ignored is told, and that it takes more than it was meant to follows from it.
      if (each && Object.keys(each.headers).some(isPseudoHeader)) continue
      if (each && !appliesHere(each, virtualService, { ...place, identity })) continue
      const match: Match = each ? lowerMatch(each, place.port) : { conditions: [] }
      const served = {
        match,
        virtualService,
        ruleIndex,
        ...(matchIndex !== undefined && { matchIndex }),
        isCatchAll: isCatchAll(match),
        ...placeOf(virtualService, ruleIndex, matchIndex),
      }
      if (isEnded) dropped.push(served)
      else matches.push(served)
      isEnded ||= served.isCatchAll
    }
  }
  return { matches, dropped }
}

/** Whether nothing was lost of what a rule takes, here or in the delegate that it was written in. */
function isAsWritten(virtualService: VirtualServiceResource, index: number): boolean {
  const { resource, ruleIndex } = writtenPlace(virtualService, index)
  const isOwn = resource.title === virtualService.title
  return hasSoundMatch(resource, ruleIndex) && (isOwn || !virtualService.isDamaged)
}

function placeOf(virtualService: VirtualServiceResource, ruleIndex: number, matchIndex: number | undefined) {
  const place = writtenPlace(virtualService, ruleIndex, matchIndex)
  return { place, key: `${place.resource.title} ${place.path.slice(2).join()}` }
}

/** All matches of a host in the order in which they are asked: catch-alls come last, whoever brings them. */
export function inServedOrder({ contributions }: ServedHost): ServedMatch[] {
  const all = contributions.flatMap(({ matches }) => matches)
  return [...all.filter(({ isCatchAll }) => !isCatchAll), ...all.filter(({ isCatchAll }) => isCatchAll)]
}
