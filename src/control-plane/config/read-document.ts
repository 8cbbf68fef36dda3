import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { type ManifestType, manifestOf } from './api-groups.ts'
import { type Identity, identify } from './identify.ts'
import { diagnoseIgnored } from './ignored-resource.ts'
import { defaultNamespace } from './istio/manifest.ts'
import { isKubernetesName, isKubernetesNamespace } from './istio/object-meta.ts'
import type { AnyResource, MeshSettings } from './resource.ts'
import { splitApiVersion, type UnreadResource } from './resource-type.ts'
import { decodeResource } from './schema/decode-resource.ts'
import { salvage } from './schema/salvage.ts'
import { rootNode } from './yaml/document-outline.ts'
import { camelCase } from './yaml/field-name.ts'
import { type FieldPath, formatPath } from './yaml/field-path.ts'
import { LocatedDocument } from './yaml/located-document.ts'
import type { PlainData } from './yaml/plain-data.ts'
import type { SourceText } from './yaml/source-text.ts'

/** What one document, or one item of a list in it, gives. */
export interface DocumentContent {
  readonly resources: readonly AnyResource[]
  readonly diagnostics: readonly Diagnostic[]
  readonly unread?: readonly UnreadResource[]
  readonly mesh?: MeshSettings
}

interface Item {
  readonly source: SourceText
  readonly plain: PlainData
  readonly data: unknown
  /** Its node in the outline. */
  readonly root: number
  /** What a fault in the syntax took out of it, or what held that and lacks it now. */
  readonly lost: readonly FieldPath[]
  /** The type of the list that holds it, where it may leave out its own. */
  readonly inherited?: ManifestType
}

/**
 * Reads the resources of a document whose YAML is sound.
 *
 * @param lost what a fault in the syntax took out of it: a missing field in it is not reported
 */
export function readDocument(source: SourceText, plain: PlainData, lost: readonly FieldPath[] = []): DocumentContent {
  return readItem({ source, plain, data: plain.data, root: rootNode, lost })
}

function readItem(item: Item): DocumentContent {
  const content = readWhole(item)
  if (item.lost.length === 0) return content
  const isEcho = echoesOf(item.lost)
  return { ...content, diagnostics: content.diagnostics.filter(diagnostic => !isEcho(diagnostic)) }
}

/** Which findings are about something that lacks what was lost, or miss it. */
function echoesOf(lost: readonly FieldPath[]): (diagnostic: Diagnostic) => boolean {
  const around = new Set(
    lost.flatMap(path => [path, ...path.map((_, length) => path.slice(0, length))]).map(formatPath),
  )
  const holders = new Set(
    lost.filter(path => typeof path.at(-1) === 'string').map(path => formatPath(path.slice(0, -1))),
  )
  return ({ code, path = '' }) => around.has(path) || (code === 'SB2003' && holders.has(parentOf(path)))
}

/** `spec.http[0]` of `spec.http[0].match`. */
function parentOf(path: string): string {
  return path.replace(/(?:^|\.)[^.[\]]+$|\[[^[\]]*\]$/, '')
}

function readWhole(item: Item): DocumentContent {
  const document = new LocatedDocument(item.source, item.plain.outline, item.root)
  const identity = identify(item.data, item.inherited)
  switch (identity.is) {
    case 'manifest':
      return readManifest(item, document, identity.type)
    case 'list':
      return readList(item, document, identity.type)
    case 'other':
      return ignore(identity, item.data, document)
    case 'near miss':
      return { resources: [], diagnostics: [refused('SB1008', identity, document)] }
    case 'no resource':
      return { resources: [], diagnostics: [refused('SB1006', identity, document)] }
    default:
      return identity satisfies never
  }
}

function ignore(
  { apiVersion, kind }: Identity & { is: 'other' },
  data: unknown,
  document: LocatedDocument,
): DocumentContent {
  const name = nameIn(data, 'name')
  const namespace = nameIn(data, 'namespace') ?? defaultNamespace
  const ingressClass = kind === 'Ingress' ? ingressClassIn(data) : undefined
  const { group } = splitApiVersion(apiVersion)
  const diagnostic = diagnoseIgnored({ apiVersion, kind, name, namespace, ingressClass }, document.spanOf(['kind']))
  const unread = { group, kind, namespace, ...(name !== undefined && { name }), cause: 'type' } as const
  return { resources: [], diagnostics: [diagnostic], unread: [unread] }
}

function refused(
  code: 'SB1006' | 'SB1008',
  { at, message, help }: Identity & { is: 'near miss' | 'no resource' },
  document: LocatedDocument,
): Diagnostic {
  const span = at.length === 0 ? document.keySpanOf(at) : document.spanOf(at)
  return diagnose(code, { message, help, span, ...(at.length === 0 ? {} : { path: formatPath(at) }) })
}

function readList(item: Item, document: LocatedDocument, type: ManifestType | undefined): DocumentContent {
  const { items } = item.data as { readonly items?: unknown }
  if (!Array.isArray(items)) {
    if (items === undefined || items === null) return { resources: [], diagnostics: [] }
    const message = '`items` must be a list of resources'
    return {
      resources: [],
      diagnostics: [diagnose('SB2002', { message, span: document.spanOf(['items']), path: 'items' })],
    }
  }
  const contents = items.map((data, index) => {
    const root = item.plain.outline.find(item.root, ['items', index]).node
    const lost = item.lost.filter(path => path[0] === 'items' && path[1] === index).map(path => path.slice(2))
    return readItem({ ...item, data, root, lost, ...(type === undefined ? {} : { inherited: type }) })
  })
  return {
    resources: contents.flatMap(({ resources }) => resources),
    diagnostics: contents.flatMap(({ diagnostics }) => diagnostics),
    unread: contents.flatMap(({ unread = [] }) => unread),
  }
}

function readManifest(item: Item, document: LocatedDocument, type: ManifestType): DocumentContent {
  const { data } = item
  const namespace = nameIn(data, 'namespace') ?? defaultNamespace
  const written = nameIn(data, 'name')
  const title = `${type.kind} ${namespace}/${written ?? '(no name)'}`
  const schema = manifestOf(type)
  const { value, diagnostics } = decodeResource({ schema, data, document, title })
  const reported = new Set(diagnostics.map(({ span }) => span?.start.offset))
  const hints = [
    ...ambiguities(item, title),
    ...(value === undefined
      ? []
      : [...nameHints(value.metadata, document, title), ...spellingHints(item, value, document, title)]),
  ].filter(({ span }) => !reported.has(span?.start.offset))
  const isDamaged = value === undefined || item.lost.length > 0
  const sound = isDamaged ? salvage(schema, data, item.lost) : { value, written: data }
  if (sound === undefined) {
    const lost = { ...type, namespace, ...(written !== undefined && { name: written }), cause: 'fault' } as const
    return { resources: [], diagnostics: [...diagnostics, ...hints], unread: [lost] }
  }
  const { name, labels, annotations, creationTimestamp } = sound.value.metadata
  const resource = {
    ...type,
    name,
    namespace,
    labels,
    annotations,
    ...(creationTimestamp === undefined ? {} : { createdAtMs: creationTimestamp }),
    isDamaged,
    spec: sound.value.spec,
    written: sound.written,
    title,
    spanOf: (path: FieldPath) => document.spanOf(path),
    keySpanOf: (path: FieldPath) => document.keySpanOf(path),
  }
  return { resources: [resource as AnyResource], diagnostics: [...diagnostics, ...hints] }
}

/** The class of an Ingress, by its field or by the older annotation. */
function ingressClassIn(data: unknown): string | undefined {
  const { metadata, spec } = data as IngressShape
  const written = spec?.ingressClassName ?? metadata?.annotations?.['kubernetes.io/ingress.class']
  return typeof written === 'string' ? written : undefined
}

/** What may stand in an Ingress. */
interface IngressShape {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, unknown>> | null } | null
  readonly spec?: { readonly ingressClassName?: unknown } | null
}

function nameIn(data: unknown, field: 'name' | 'namespace'): string | undefined {
  const metadata = (data as { readonly metadata?: unknown }).metadata
  if (typeof metadata !== 'object' || metadata === null) return undefined
  const name = (metadata as Readonly<Record<string, unknown>>)[field]
  return typeof name === 'string' && name !== '' ? name : undefined
}

/** Scalars of this item that versions of YAML read differently. */
function ambiguities({ source, plain, root }: Item, resource: string): Diagnostic[] {
  const [from, to] = plain.outline.find(root, []).value
  const hints: Diagnostic[] = []
  for (let index = firstFrom(plain.ambiguities, from); index < plain.ambiguities.length; index++) {
    const { at, message, help } = plain.ambiguities[index]!
    if (at[1] > to) break
    hints.push(diagnose('SB1010', { message, help, resource, span: source.span(...at) }))
  }
  return hints
}

/** The index of the first ambiguity that starts at `from` or later: a list may have many items, and many of them. */
function firstFrom(all: PlainData['ambiguities'], from: number): number {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (all[middle]!.at[0] < from) low = middle + 1
    else high = middle
  }
  return low
}

function nameHints(
  { name, namespace }: { readonly name: string; readonly namespace?: string | undefined },
  document: LocatedDocument,
  resource: string,
): Diagnostic[] {
  const hint = (field: string, value: string, help: string) => {
    const path = ['metadata', field]
    const message = `Kubernetes would refuse the ${field} "${value}"`
    return diagnose('SB2007', { message, help, resource, path: formatPath(path), span: document.spanOf(path) })
  }
  const hints: Diagnostic[] = []
  if (!isKubernetesName(name)) hints.push(hint('name', name, 'write lower-case letters, digits, - and .'))
  if (namespace && !isKubernetesNamespace(namespace)) {
    hints.push(hint('namespace', namespace, 'write lower-case letters, digits and -'))
  }
  return hints
}

/** The fields that were written in snake_case, found by walking what was written beside what it decoded to. */
function spellingHints(
  { data, plain }: Item,
  decoded: unknown,
  document: LocatedDocument,
  resource: string,
): Diagnostic[] {
  const hints: Diagnostic[] = []
  const walk = (written: unknown, read: unknown, path: FieldPath): void => {
    if (typeof written !== 'object' || typeof read !== 'object' || written === null || read === null) return
    const fields = read as Readonly<Record<string, unknown>>
    for (const [key, value] of Object.entries(written)) {
      const step = Array.isArray(written) ? Number(key) : key
      const name = camelCase(key)
      if (Object.hasOwn(fields, key)) walk(value, fields[key], [...path, step])
      else if (name !== key && Object.hasOwn(fields, name)) {
        const at = [...path, key]
        const message = `\`${key}\` is written \`${name}\` in Kubernetes`
        const help = `write \`${name}\``
        hints.push(diagnose('SB2007', { message, help, resource, path: formatPath(at), span: document.keySpanOf(at) }))
        walk(value, fields[name], at)
      }
    }
  }
  if (plain.hasUnderscores) walk(data, decoded, [])
  return hints
}
