/**
 * The same function, which judges each resource once: for one that depends on nothing but the resource. A process that
 * compiles again and again reads only the files that changed, and the resources of all others are the same objects.
 */
export function remembered<Resource extends object, Judgement>(
  judge: (resource: Resource) => Judgement,
): (resource: Resource) => Judgement {
  return onceFor(judge, new WeakMap())
}

/**
 * As `remembered`, also for the processes after this one: `judgementsOf` gives them the judgement under that name.
 *
 * @param judge its judgement is plain data: lists, objects, Maps, texts, numbers, booleans
 */
export function rememberedAs<Resource extends object, Judgement>(
  name: string,
  judge: (resource: Resource) => Judgement,
): (resource: Resource) => Judgement {
  const known = new WeakMap<Resource, Judged<Judgement>>()
  if (byName.has(name)) throw new Error(`two judgements are called ${name}`)
  byName.set(name, resource => known.get(resource as Resource))
  return onceFor(resource => {
    const kept = keptOf.get(resource)?.recall(name)
    return kept ? (kept.judgement as Judgement) : judge(resource)
  }, known)
}

interface Judged<Judgement> {
  readonly judgement: Judgement
}

function onceFor<Resource extends object, Judgement>(
  judge: (resource: Resource) => Judgement,
  known: WeakMap<Resource, Judged<Judgement>>,
): (resource: Resource) => Judgement {
  return resource => {
    const before = known.get(resource)
    if (before) return before.judgement
    const judgement = judge(resource)
    known.set(resource, { judgement })
    return judgement
  }
}

/** What a process before this one found out about a resource. */
export interface Judgements {
  /** The judgement of that name, if there is one. */
  recall(name: string): Judged<unknown> | undefined
}

const byName = new Map<string, (resource: object) => Judged<unknown> | undefined>()
const keptOf = new WeakMap<object, Judgements>()

/** Takes for a resource what was found out about it before. */
export function recallJudgements(resource: object, kept: Judgements): void {
  keptOf.set(resource, kept)
}

/** All judgements of a resource that have a name: what was found out, here or before. */
export function judgementsOf(resource: object): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, known] of byName) {
    const each = known(resource) ?? keptOf.get(resource)?.recall(name)
    if (each) found.set(name, each.judgement)
  }
  return found
}
