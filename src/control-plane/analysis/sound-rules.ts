import type { VirtualServiceResource } from '../config/resource.ts'
import { removedFrom } from '../config/salvage.ts'
import type { HttpRule } from '../translate/http-match.ts'

/** Which HTTP rules of a VirtualService are as they were written: all of them unless it is damaged. */
interface Damage {
  /** Whether it is not even sure which rules there are, and for which hosts. */
  readonly isWhole: boolean
  readonly rules: ReadonlySet<unknown>
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

/** The rules that are as they were written, with their indexes. */
export function soundRules(virtualService: VirtualServiceResource): (readonly [index: number, rule: HttpRule])[] {
  return [...virtualService.spec.http.entries()].filter(([index]) => isSoundRule(virtualService, index))
}

function damageOf({ written }: VirtualServiceResource): Damage {
  const known = damages.get(written as object)
  if (known) return known
  const rules = new Set<unknown>()
  let isWhole = false
  for (const [spec, list, index] of removedFrom(written)) {
    if (spec !== 'spec') continue
    if (list === 'http' && index !== undefined) rules.add(index)
    else if (list === undefined || list === 'http' || list === 'hosts' || list === 'gateways' || list === 'exportTo') {
      isWhole = true
    }
  }
  const damage = { isWhole, rules }
  damages.set(written as object, damage)
  return damage
}
