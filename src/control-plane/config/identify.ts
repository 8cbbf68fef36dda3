import { nearest } from '../../diagnostics/suggest.ts'
import { type ManifestKind, manifestKinds } from './istio/manifest.ts'
import type { FieldPath } from './yaml/field-path.ts'

const trafficGroup = 'networking.istio.io'
const versions = ['v1', 'v1beta1', 'v1alpha3']
/** The other kinds of the group: known, and not read here. */
const ignoredKinds = ['EnvoyFilter', 'ProxyConfig', 'ServiceDependency', 'Sidecar', 'WorkloadGroup']

/** What a document is, by its `apiVersion` and `kind`. */
export type Identity =
  | { readonly is: 'manifest'; readonly kind: ManifestKind }
  /** `kind` is that of items which name none themselves. */
  | { readonly is: 'list'; readonly kind?: ManifestKind }
  | { readonly is: 'other'; readonly apiVersion: string; readonly kind: string }
  /** Meant as one of ours, and written wrong. */
  | { readonly is: 'near miss'; readonly at: FieldPath; readonly message: string; readonly help: string }
  | { readonly is: 'no resource'; readonly at: FieldPath; readonly message: string; readonly help: string }

/** Says what a document is. `inherited` is the kind of the list that holds it. */
export function identify(data: unknown, inherited?: ManifestKind): Identity {
  const help = `write \`apiVersion: ${trafficGroup}/v1\` and a \`kind\` such as VirtualService`
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { is: 'no resource', at: [], message: 'the document is not a resource', help }
  }
  const { apiVersion, kind } = data as { readonly apiVersion?: unknown; readonly kind?: unknown }
  if (inherited !== undefined && apiVersion === undefined && kind === undefined)
    return { is: 'manifest', kind: inherited }
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
  return identifyNamed(apiVersion as string, kind as string)
}

function identifyNamed(apiVersion: string, kind: string): Identity {
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  const version = apiVersion.slice(slash + 1)
  const isOurKind = isManifestKind(kind)
  if (group === trafficGroup) {
    const listed = kind.endsWith('List') ? kind.slice(0, -'List'.length) : ''
    if (!isOurKind && !isManifestKind(listed)) return identifyKind(apiVersion, kind)
    if (!versions.includes(version)) return wrongVersion(apiVersion, `${trafficGroup}/v1`)
    return isManifestKind(listed) ? { is: 'list', kind: listed } : { is: 'manifest', kind: kind as ManifestKind }
  }
  if (kind === 'List' && group === '') return { is: 'list' }
  if (isOurKind && (group === '' || group.includes('istio') || nearest(group, [trafficGroup]) !== undefined)) {
    return wrongVersion(apiVersion, `${trafficGroup}/${versions.includes(version) ? version : 'v1'}`)
  }
  return { is: 'other', apiVersion, kind }
}

function identifyKind(apiVersion: string, kind: string): Identity {
  if (ignoredKinds.includes(kind)) return { is: 'other', apiVersion, kind }
  const near = nearest(kind, [...manifestKinds, ...ignoredKinds])
  if (near === undefined || ignoredKinds.includes(near)) return { is: 'other', apiVersion, kind }
  return {
    is: 'near miss',
    at: ['kind'],
    message: `"${kind}" is not a kind of ${trafficGroup}; did you mean ${near}?`,
    help: `write \`kind: ${near}\``,
  }
}

function wrongVersion(apiVersion: string, meant: string): Identity {
  return {
    is: 'near miss',
    at: ['apiVersion'],
    message: `"${apiVersion}" is not an API version of Istio's traffic rules; did you mean ${meant}?`,
    help: `write \`apiVersion: ${meant}\``,
  }
}

function isManifestKind(kind: string): kind is ManifestKind {
  return (manifestKinds as readonly string[]).includes(kind)
}
