import { readFile } from 'node:fs/promises'
import { parse, parseAllDocuments } from 'yaml'
import type { Bundle, RecordedCase } from './recording.ts'

/** A difference from Istio that the platform forces: a rule over request and configuration, never a case's name. */
export interface Deviation {
  readonly id: string
  /** Facts with what each must be; all must hold. */
  readonly rule: Readonly<Record<string, Test>>
  readonly reason: string
  readonly platformFact: string
}

/** A value that a fact must equal, or one of these tests. */
export type Test =
  | string
  | number
  | boolean
  | null
  | Readonly<Partial<Record<'in' | 'notIn', readonly Value[]>>>
  | Readonly<{ matches: string }>
  | Readonly<{ over: number }>

type Value = string | number | boolean | null

const file = new URL('./deviations.yaml', import.meta.url)

export async function readDeviations(): Promise<readonly Deviation[]> {
  return parse(await readFile(file, 'utf8')) as Deviation[]
}

/** The deviation that covers a case, if any. */
export function deviationOf(
  deviations: readonly Deviation[],
  bundle: Bundle,
  recorded: RecordedCase,
  runtime: string,
): Deviation | undefined {
  const facts = factsOf(bundle, recorded, runtime)
  return deviations.find(({ rule }) => Object.entries(rule).every(([name, test]) => holds(facts(name), test)))
}

/** Whether one of a fact's values passes a test; a fact without values is `null`. */
function holds(values: readonly Value[], test: Test): boolean {
  const candidates = values.length === 0 ? [null] : values
  if (typeof test !== 'object' || test === null) return candidates.includes(test)
  if ('in' in test) return candidates.some(value => test.in!.includes(value))
  if ('notIn' in test) return candidates.every(value => !test.notIn!.includes(value))
  if ('matches' in test) return candidates.some(value => value !== null && new RegExp(test.matches).test(String(value)))
  if ('over' in test) return candidates.some(value => value !== null && Number(value) > test.over)
  throw new Error(`not a test: ${JSON.stringify(test)}`)
}

/**
 * What a rule may ask for: `runtime`, `kind`, `method`, `host`, `target`, `targetBytes`, `targetForm` (origin, absolute, asterisk,
 * other), `targetScheme`, `targetNamesHost` (whether an absolute target has the authority that Host names),
 * `bodyBytes`, `requestsOnConnection` (how many are sent one after the other), `header.NAME`, `matchedHeader` (the lines of all headers that a `match` of the configuration asks for),
 * `formattedHeaderLines` (how many lines each header has that a `%REQ(…)%` of the configuration names), and `config.FIELD`: every value that the configuration has under this name, anywhere.
 */
function factsOf(
  { config, mesh }: Bundle,
  { kind = 'http', request, repeat = 1 }: RecordedCase,
  runtime: string,
): (name: string) => readonly Value[] {
  const { method = 'GET', target = '/', host = null, headers = {}, bodyBytes = 0 } = request
  const absolute = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(target)
  const form = absolute ? 'absolute' : target === '*' ? 'asterisk' : target.startsWith('/') ? 'origin' : 'other'
  const facts: Readonly<Record<string, Value | undefined>> = {
    runtime,
    kind,
    method,
    host,
    target,
    bodyBytes,
    requestsOnConnection: repeat,
    targetBytes: Buffer.byteLength(target),
    targetForm: form,
    targetScheme: absolute?.[1]?.toLowerCase(),
    targetNamesHost: absolute ? absolute[2] === host : undefined,
  }
  return name => {
    if (name.startsWith('config.')) return valuesUnder(name.slice('config.'.length), `${config}\n---\n${mesh ?? ''}`)
    const linesOf = (isWanted: (header: string) => boolean) =>
      Object.entries(headers).flatMap(([header, lines]) => (isWanted(header.toLowerCase()) ? [lines].flat() : []))
    if (name.startsWith('header.')) return linesOf(header => header === name.slice('header.'.length))
    if (name === 'matchedHeader') {
      const matched = matchedHeaders(config)
      return linesOf(header => matched.has(header))
    }
    if (name === 'formattedHeaderLines') {
      const formatted = Object.entries(headers).filter(([header]) => formattedHeaders(config).has(header.toLowerCase()))
      return formatted.map(([, lines]) => [lines].flat().length)
    }
    if (!(name in facts)) throw new Error(`not a fact: ${name}`)
    return facts[name] === undefined ? [] : [facts[name]]
  }
}

/** Every value under `field`; a value that is not a scalar is told as JSON. */
function valuesUnder(field: string, text: string): readonly Value[] {
  return nodesUnder(field, text).map(value => (typeof value === 'object' ? JSON.stringify(value) : (value as Value)))
}

/** The headers that a `match` asks for, in lower case. */
function matchedHeaders(text: string): ReadonlySet<string> {
  const matches = nodesUnder('match', text).flat() as { headers?: object; withoutHeaders?: object }[]
  const conditions = matches.flatMap(({ headers, withoutHeaders }) => [headers, withoutHeaders])
  return new Set(conditions.flatMap(each => Object.keys(each ?? {})).map(name => name.toLowerCase()))
}

/** The headers that a `%REQ(NAME?OTHER)%` names, in lower case. */
function formattedHeaders(text: string): ReadonlySet<string> {
  const operators = [...text.matchAll(/%REQ\(([^)]*)\)/g)]
  return new Set(operators.flatMap(([, names]) => names!.split('?')).map(name => name.toLowerCase()))
}

function nodesUnder(field: string, text: string): readonly unknown[] {
  const found: unknown[] = []
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) {
      if (key === field) found.push(child)
      visit(child)
    }
  }
  for (const document of parseAllDocuments(text)) visit(document.toJS())
  return found
}
