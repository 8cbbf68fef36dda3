import { nearest } from '../../diagnostics/suggest.ts'
import { type ApiGroup, apiGroups, type ManifestType } from './api-groups.ts'
import { istioGroup } from './istio/api-group.ts'
import { splitApiVersion } from './resource-type.ts'
import type { FieldPath } from './yaml/field-path.ts'

/** What a document is, by its `apiVersion` and `kind`. */
export type Identity =
  | { readonly is: 'manifest'; readonly type: ManifestType }
  /** `type` is that of items which name none themselves. */
  | { readonly is: 'list'; readonly type?: ManifestType }
  | { readonly is: 'other'; readonly apiVersion: string; readonly kind: string }
  /** Meant as one of ours, and written wrong. */
  | { readonly is: 'near miss'; readonly at: FieldPath; readonly message: string; readonly help: string }
  | { readonly is: 'no resource'; readonly at: FieldPath; readonly message: string; readonly help: string }

/** The groups of which resources are read, by their names. */
type ApiGroups = Readonly<Record<string, ApiGroup>>

/** Says what a document is. `inherited` is the type of the list that holds it. */
export function identify(data: unknown, inherited?: ManifestType, groups: ApiGroups = apiGroups): Identity {
  const help = `write \`apiVersion: ${istioGroup}/v1\` and a \`kind\` such as VirtualService`
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { is: 'no resource', at: [], message: 'the document is not a resource', help }
  }
  const { apiVersion, kind } = data as { readonly apiVersion?: unknown; readonly kind?: unknown }
  if (inherited !== undefined && apiVersion === undefined && kind === undefined)
    return { is: 'manifest', type: inherited }
  for (const [field, value] of [['apiVersion', apiVersion] as const, ['kind', kind] as const]) {
    if (value === undefined || value === null || value === '') {
      const meant = Object.keys(data).find(key => key.toLowerCase() === field.toLowerCase() && key !== field)
      const message = `the document has no \`${field}\``
      return meant
        ? { is: 'no resource', at: [meant], message, help: `write \`${field}\` instead of \`${meant}\`` }
        : { is: 'no resource', at: [], message, help }
    }
    if (typeof value !== 'string') return { is: 'no resource', at: [field], message: `\`${field}\` must be text`, help }
  }
  return identifyNamed(apiVersion as string, kind as string, groups)
}

function identifyNamed(apiVersion: string, kind: string, groups: ApiGroups): Identity {
  const { group, version } = splitApiVersion(apiVersion)
  const ofGroup = Object.hasOwn(groups, group) ? groups[group] : undefined
  if (ofGroup) {
    const listed = kind.endsWith('List') ? kind.slice(0, -'List'.length) : ''
    const read = [kind, listed].find(each => Object.hasOwn(ofGroup.manifests, each))
    if (read === undefined) return identifyKind(apiVersion, kind, group, ofGroup)
    if (!ofGroup.versions.includes(version)) return wrongVersion(apiVersion, `${group}/${ofGroup.versions[0]}`, ofGroup)
    return { is: read === kind ? 'manifest' : 'list', type: { group, kind: read } as ManifestType }
  }
  if (kind === 'List' && group === '') return { is: 'list' }
  for (const [name, meant] of Object.entries(groups)) {
    if (!Object.hasOwn(meant.manifests, kind)) continue
    if (group !== '' && !group.includes(meant.word) && nearest(group, [name]) === undefined) continue
    return wrongVersion(
      apiVersion,
      `${name}/${meant.versions.find(each => each === version) ?? meant.versions[0]}`,
      meant,
    )
  }
  return { is: 'other', apiVersion, kind }
}

function identifyKind(
  apiVersion: string,
  kind: string,
  group: string,
  { manifests, ignoredKinds }: ApiGroup,
): Identity {
  if (ignoredKinds.includes(kind)) return { is: 'other', apiVersion, kind }
  const near = nearest(kind, [...Object.keys(manifests), ...ignoredKinds])
  if (near === undefined || ignoredKinds.includes(near)) return { is: 'other', apiVersion, kind }
  return {
    is: 'near miss',
    at: ['kind'],
    message: `"${kind}" is not a kind of ${group}; did you mean ${near}?`,
    help: `write \`kind: ${near}\``,
  }
}

function wrongVersion(apiVersion: string, meant: string, { title }: ApiGroup): Identity {
  return {
    is: 'near miss',
    at: ['apiVersion'],
    message: `"${apiVersion}" is not an API version of ${title}; did you mean ${meant}?`,
    help: `write \`apiVersion: ${meant}\``,
  }
}
