import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** One configuration, the requests that were sent to real Istio and Envoy with it, and what came of them. */
export interface Bundle {
  readonly name: string
  readonly title: string
  readonly features: readonly string[]
  readonly listenerPort: number
  readonly cases: readonly RecordedCase[]
  /** The text of config.yaml, and of mesh.yaml where there is one. */
  readonly config: string
  readonly mesh: string | undefined
}

export type Kind = 'http' | 'https' | 'tls' | 'tcp'
export const kinds: readonly Kind[] = ['http', 'https', 'tls', 'tcp']

export interface RecordedCase {
  readonly name: string
  /** Absent: `http`. */
  readonly kind?: Kind
  readonly request: RecordedRequest
  /** So many requests over one connection; absent: one, over its own. */
  readonly repeat?: number
  readonly expect: Expectation
}

export interface RecordedRequest {
  readonly method?: string
  /** Sent byte for byte. */
  readonly target?: string
  /** The Host header; null: none is sent. */
  readonly host?: string | null
  /** A list is several lines. */
  readonly headers?: Readonly<Record<string, Lines>>
  readonly bodyBytes?: number
  /** Absent: the bundle's. */
  readonly listenerPort?: number
  /** null: a ClientHello without a name. */
  readonly sni?: string | null
  /** The bytes of a `tcp` case. */
  readonly send?: string
}

export type Lines = string | readonly string[]

/** What was seen. A field that is absent was not looked at, or is as the request says. */
export interface Expectation {
  readonly status?: number | null
  readonly closed?: boolean
  readonly refused?: boolean
  /** The port that served it; null: the gateway itself. */
  readonly origin?: number | null
  readonly originAnyOf?: readonly number[]
  readonly originHost?: string
  readonly originTarget?: string
  readonly originMethod?: string
  readonly originBodyBytes?: number
  readonly originHeaders?: Readonly<Record<string, Lines>>
  readonly originHeadersAbsent?: readonly string[]
  readonly location?: string
  readonly responseHeaders?: Readonly<Record<string, Lines>>
  readonly responseHeadersAbsent?: readonly string[]
  readonly body?: string
  readonly bodyBase64?: string
  readonly attempts?: number
  readonly mirrors?: readonly ExpectedMirror[]
  readonly minElapsedMs?: number
  /** With `repeat`: shares of all requests. */
  readonly statuses?: Shares
  /** By port; `none`: the gateway itself. */
  readonly distribution?: Shares
  readonly hitsPerRequest?: Shares
  /** What the configuration asks for; then `distribution` is one sample of it. */
  readonly expectedWeights?: Shares
  readonly sample?: boolean
}

export type Shares = Readonly<Record<string, number>>

/** What a shadow origin got. */
export interface ExpectedMirror {
  readonly port: number
  readonly host: string
  readonly target: string
  readonly method?: string
  readonly bodyBytes?: number
  readonly headers?: Readonly<Record<string, Lines>>
  readonly headersAbsent?: readonly string[]
}

/** The bundles below `folders`, each once, sorted by folder. */
export async function readBundles(folders: readonly string[]): Promise<Bundle[]> {
  const files = new Set<string>()
  for (const folder of folders) {
    const below = await readdir(folder, { recursive: true })
    for (const path of below.filter(each => basename(each) === 'cases.json').sort()) files.add(join(folder, path))
  }
  return Promise.all([...files].map(readBundle))
}

async function readBundle(file: string): Promise<Bundle> {
  const folder = dirname(file)
  const { title, feature, listenerPort, cases } = JSON.parse(await readFile(file, 'utf8'))
  const mesh = await readFile(join(folder, 'mesh.yaml'), 'utf8').catch(() => undefined)
  const config = await readFile(join(folder, 'config.yaml'), 'utf8')
  return { name: basename(folder), title, features: feature, listenerPort, cases, config, mesh }
}
