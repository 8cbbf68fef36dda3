import { nearest } from '../../diagnostics/suggest.ts'
import { httpRoute } from '../config/istio/route/http-route.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type Place, placeOfSchema } from '../config/schema/message.ts'
import { removedFrom } from '../config/schema/salvage.ts'
import type { HttpRule } from '../resolve/http-rule.ts'

/** Which HTTP rules of a VirtualService are as they were written: all of them unless it is damaged. */
interface Damage {
  /** Whether it is not even sure which rules there are, and for which hosts. */
  readonly isWhole: boolean
  readonly rules: ReadonlySet<unknown>
  /** Those of which even the requests that they take are not known. */
  readonly matches: ReadonlySet<unknown>
}

const damages = new WeakMap<object, Damage>()

/**
 * Whether a rule is as it was written. Of one that lost a field, it is not known which requests it takes and what it
 * does with them: what else it seems to do would be a fault that follows from the one that was told.
 */
export function isSoundRule(virtualService: VirtualServiceResource, index: number): boolean {
  if (!virtualService.isDamaged) return true
  const { isWhole, rules } = damageOf(virtualService)
  return !isWhole && !rules.has(index)
}

/** Whether a rule takes the requests that it was written for: what was lost of it says only what becomes of them. */
export function hasSoundMatch(virtualService: VirtualServiceResource, index: number): boolean {
  if (!virtualService.isDamaged) return true
  const { isWhole, matches } = damageOf(virtualService)
  return !isWhole && !matches.has(index)
}

/** The rules that are as they were written, with their indexes. */
export function soundRules(virtualService: VirtualServiceResource): (readonly [index: number, rule: HttpRule])[] {
  return [...virtualService.spec.http.entries()].filter(([index]) => isSoundRule(virtualService, index))
}

function damageOf({ written }: VirtualServiceResource): Damage {
  const known = damages.get(written as object)
  if (known) return known
  const rules = new Set<unknown>()
  const matches = new Set<unknown>()
  let isWhole = false
  for (const [spec, list, index, field] of removedFrom(written)) {
    if (spec !== 'spec') continue
    if (list === 'http' && index !== undefined) {
      rules.add(index)
      if (!isAboutAnswer(field)) matches.add(index)
    } else if (
      list === undefined ||
      list === 'http' ||
      list === 'hosts' ||
      list === 'gateways' ||
      list === 'exportTo'
    ) {
      isWhole = true
    }
  }
  const damage = { isWhole, rules, matches }
  damages.set(written as object, damage)
  return damage
}

const ruleFields = Object.keys((placeOfSchema(httpRoute) as Place & { kind: 'message' }).fields)

/** Whether a field of a rule, or the one that it was meant to be, only says what becomes of a request. */
function isAboutAnswer(field: PropertyKey | undefined): boolean {
  if (typeof field !== 'string') return false
  const meant = ruleFields.includes(field) ? field : nearest(field, ruleFields)
  return meant !== undefined && meant !== 'match' && meant !== 'delegate'
}
