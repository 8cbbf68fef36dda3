/**
 * The same function, which judges each resource once: for one that depends on nothing but the resource. A process that
 * compiles again and again reads only the files that changed, and the resources of all others are the same objects.
 */
export function remembered<Resource extends object, Judgement>(
  judge: (resource: Resource) => Judgement,
): (resource: Resource) => Judgement {
  const known = new WeakMap<Resource, { readonly judgement: Judgement }>()
  return resource => {
    const before = known.get(resource)
    if (before) return before.judgement
    const judgement = judge(resource)
    known.set(resource, { judgement })
    return judgement
  }
}
