import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { SuppressionComment } from '../../diagnostics/suppression.ts'
import { type FileContent, readSourceFile } from '../config/read-source-file.ts'
import type { AnyResource, VirtualServiceResource } from '../config/resource.ts'
import { typeName, type UnreadResource } from '../config/resource-type.ts'
import { decodeText } from '../config/yaml/decode-text.ts'
import type { SourceFile } from '../config/yaml/source-file.ts'
import { type Judgements, judgementsOf, recallJudgements } from './remembered.ts'

/**
 * What one file gave, and what was found out about its resources: plain data, which a later process can take instead of
 * reading the file. It has no rules of VirtualServices: they are the most by far, and what is asked of them is among
 * the judgements. Whoever asks for more has the file read.
 */
export interface KeptFile {
  readonly diagnostics: readonly Diagnostic[]
  readonly comments: readonly SuppressionComment[]
  readonly unread: readonly UnreadResource[]
  readonly resources: readonly KeptResource[]
}

interface KeptResource {
  readonly facts: Copied<
    Pick<
      AnyResource,
      'group' | 'kind' | 'name' | 'namespace' | 'labels' | 'annotations' | 'createdAtMs' | 'title' | 'isDamaged'
    >
  >
  /** Of a VirtualService, without `http`. */
  readonly spec: Copied<unknown>
  /** The names of judgements that are an empty list, as most are; one behind the other, so that equal ones are one text. */
  readonly empty: string
  readonly judgements: ReadonlyMap<string, Copied<unknown>>
}

const separator = '\n'

/** What to keep of a file that was read and judged; undefined where it has faults or settings, which are read each time. */
export function keepFile({ resources, meshes, unread, diagnostics, comments }: FileContent): KeptFile | undefined {
  if (meshes.length > 0 || resources.some(({ isDamaged }) => isDamaged)) return undefined
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined
  return { diagnostics, comments, unread, resources: resources.map(keepResource) }
}

function keepResource(resource: AnyResource): KeptResource {
  const { group, kind, name, namespace, labels, annotations, createdAtMs, title, isDamaged } = resource
  const facts = { group, kind, name, namespace, labels, annotations, title, isDamaged }
  const empty: string[] = []
  const judgements = new Map<string, Copied<unknown>>()
  for (const [name, judgement] of judgementsOf(resource)) {
    if (Array.isArray(judgement) && judgement.length === 0) empty.push(name)
    else judgements.set(name, toCopy(judgement))
  }
  return {
    facts: toCopy({ ...facts, ...(createdAtMs !== undefined && { createdAtMs }) }),
    spec: toCopy(hasRules(resource) ? withoutRules(resource.spec) : resource.spec),
    empty: empty.join(separator),
    judgements,
  }
}

/** Whether a resource is one whose rules are not kept. */
function hasRules(resource: Pick<AnyResource, 'group' | 'kind'>): resource is VirtualServiceResource {
  return typeName(resource) === 'VirtualService.networking.istio.io'
}

function withoutRules({ http: _, ...rest }: VirtualServiceResource['spec']): object {
  return rest
}

/** The content of a file that was kept. What was not kept is read when it is first asked for. */
export function recallFile(file: SourceFile, { diagnostics, comments, unread, resources }: KeptFile): RecalledContent {
  let content: FileContent | undefined
  const read = () => {
    content ??= readSourceFile(file)
    return content
  }
  let text: string | undefined
  return {
    get text() {
      text ??= decodeText(file).text
      return text
    },
    diagnostics,
    comments,
    meshes: [],
    unread,
    resources: resources.map((kept, index) => recallResource(kept, () => read().resources[index]!)),
    wasRead: () => content !== undefined,
  }
}

export interface RecalledContent extends FileContent {
  /** Whether something was asked for that had not been kept. */
  wasRead(): boolean
}

function recallResource({ facts, spec, empty, judgements }: KeptResource, read: () => AnyResource): AnyResource {
  const known = fromCopy(facts)
  const sound = { ...(fromCopy(spec) as object) }
  if (hasRules(known)) {
    const get = () => (read() as VirtualServiceResource).spec.http
    Object.defineProperty(sound, 'http', { enumerable: true, get })
  }
  const resource = {
    ...known,
    spec: sound,
    get written() {
      return read().written
    },
    spanOf: path => read().spanOf(path),
    keySpanOf: path => read().keySpanOf(path),
  } as AnyResource
  recallJudgements(resource, new KeptJudgements(empty, judgements))
  return resource
}

class KeptJudgements implements Judgements {
  readonly #empty: ReadonlySet<string>
  readonly #judgements: KeptResource['judgements']

  constructor(empty: string, judgements: KeptResource['judgements']) {
    this.#empty = namesIn(empty)
    this.#judgements = judgements
  }

  recall(name: string) {
    if (this.#empty.has(name)) return nothing
    const kept = this.#judgements.get(name)
    return kept && { judgement: fromCopy(kept) }
  }
}

const nothing = { judgement: Object.freeze([]) }

// Of one kind of resource the names are the same, nearly always: so many sets serve a folder.
const mostSets = 100
const setsOfNames = new Map<string, ReadonlySet<string>>()

function namesIn(text: string): ReadonlySet<string> {
  const known = setsOfNames.get(text)
  if (known) return known
  if (setsOfNames.size === mostSets) setsOfNames.clear()
  const names = new Set(text.split(separator))
  setsOfNames.set(text, names)
  return names
}

/**
 * Data on its way from process to process, by copy. That would make objects that inherit from Object of those that
 * inherit nothing: where there are any, they are marked.
 */
interface Copied<Data> {
  readonly data: Data
  readonly isMarked: boolean
}

/** No key of plain data. */
const bareMark = '\0'

function toCopy<Data>(data: Data): Copied<Data> {
  return hasBare(data) ? { data: marked(data) as Data, isMarked: true } : { data, isMarked: false }
}

/** The data, which is not to be changed, but for the entries of a Map. */
function fromCopy<Data>({ data, isMarked }: Copied<Data>): Data {
  if (isMarked) return unmarked(data) as Data
  return data instanceof Map ? (new Map(data) as Data) : data
}

function isLeaf(data: unknown): data is string | number | boolean | bigint | null | undefined | ArrayBufferView {
  return typeof data !== 'object' || data === null || ArrayBuffer.isView(data)
}

function hasBare(data: unknown): boolean {
  if (isLeaf(data)) return false
  if (Array.isArray(data)) return data.some(hasBare)
  if (data instanceof Map) return [...data.values()].some(hasBare)
  return Object.getPrototypeOf(data) !== Object.prototype || Object.values(data).some(hasBare)
}

function marked(data: unknown): unknown {
  if (isLeaf(data)) return data
  if (Array.isArray(data)) return data.map(marked)
  if (data instanceof Map) return new Map([...data].map(([key, value]) => [key, marked(value)]))
  const entries = Object.entries(data).map(([key, value]) => [key, marked(value)] as const)
  const isBare = Object.getPrototypeOf(data) !== Object.prototype
  return isBare ? { [bareMark]: entries.flat() } : Object.fromEntries(entries)
}

function unmarked(data: unknown): unknown {
  if (isLeaf(data)) return data
  if (Array.isArray(data)) return data.map(unmarked)
  if (data instanceof Map) return new Map([...data].map(([key, value]) => [key, unmarked(value)]))
  const fields = data as Readonly<Record<string, unknown>>
  if (!Object.hasOwn(fields, bareMark)) {
    return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, unmarked(value)]))
  }
  const parts = fields[bareMark] as readonly unknown[]
  const bare: Record<string, unknown> = Object.create(null)
  for (let at = 0; at < parts.length; at += 2) bare[parts[at] as string] = unmarked(parts[at + 1])
  return bare
}
