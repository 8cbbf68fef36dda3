import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { AnyResource } from './resource.ts'
import { resourceKey } from './resource-type.ts'
import { formatPath } from './yaml/field-path.ts'

/** The resources without those that one before them has the type, namespace and name of (SB4001). */
export function withoutDuplicates<Resource extends AnyResource>(
  resources: readonly Resource[],
): { readonly kept: Resource[]; readonly diagnostics: Diagnostic[] } {
  const first = new Map<string, Resource>()
  const diagnostics: Diagnostic[] = []
  for (const resource of resources) {
    const key = resourceKey(resource)
    const other = first.get(key)
    if (other === undefined) first.set(key, resource)
    else diagnostics.push(duplicate(resource, other))
  }
  return { kept: [...first.values()], diagnostics }
}

function duplicate(resource: AnyResource, first: AnyResource): Diagnostic {
  const path = ['metadata', 'name']
  return diagnose('SB4001', {
    message: `${resource.title} is declared twice`,
    why: 'only one of the two can take effect',
    help: 'rename or remove one of them',
    resource: resource.title,
    path: formatPath(path),
    span: resource.spanOf(path),
    related: [{ message: 'first declared here', span: first.spanOf(path) }],
  })
}
