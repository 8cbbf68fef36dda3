import { type Place, placeOfSchema } from './message.ts'
import type { Expected } from './problem.ts'

export interface WrongTypeWords {
  readonly message: string
  readonly why?: string
  readonly help?: string
}

/** A value where another type is wanted. */
export interface Misfit {
  /** The field or place in backquotes, such as `timeout`. */
  readonly name: string
  readonly expected: Expected
  /** The value as data. */
  readonly found: unknown
  /** The YAML of the value. */
  readonly written: string
  /** What the schema has at this place, where it is no scalar. */
  readonly place: Place | undefined
}

/** Says what is wanted, what was found, and how to write it. */
export function describeWrongType(misfit: Misfit): WrongTypeWords {
  const { name, expected, found, written } = misfit
  const shown = written.length > 40 || /[\r\n]/.test(written) ? '' : ` ${written}`
  const message = `${name} must be ${wordFor(misfit)}, not ${nameOf(found, shown)}`
  if (expected === 'text') return { message, ...wordsForText(found, written, name) }
  if (expected === 'a list') return { message, ...helpFor(listHelp(found, shown)) }
  if (expected === 'a mapping') return { message, ...helpFor(mappingHelp(misfit, shown)) }
  if (expected === 'true or false') return { message, help: 'write true or false, without quotes' }
  const number = /^["']?([-+]?[\d_]+(?:\.\d+)?)(?!\d|e)/i.exec(written)?.[1]
  const isFraction = typeof found === 'number' && Number.isFinite(found) && expected === 'a whole number'
  return {
    message,
    help: isFraction ? `write ${Math.round(found)}` : `write ${number ? `${number} alone` : 'a number'}`,
  }
}

function wordFor({ expected, place }: Misfit): string {
  return place?.kind === 'message' && expected === 'a mapping' ? `a mapping (${place.name})` : expected
}

function nameOf(found: unknown, shown: string): string {
  if (found === null) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  switch (typeof found) {
    case 'object':
      return 'a mapping'
    case 'number':
      return `the number${shown}`
    case 'boolean':
      return /^\s*(?:true|false)$/i.test(shown) ? `the truth value${shown}` : `the truth value ${found}`
    default:
      return `the text${shown}`
  }
}

function wordsForText(found: unknown, written: string, name: string): { help: string; why?: string } {
  // The one text of Istio's API that lists things.
  if (Array.isArray(found) && name === '`retryOn`') return { help: `write one text: ${JSON.stringify(found.join())}` }
  if (typeof found === 'number') return { help: `quote it: "${written}"` }
  if (typeof found === 'boolean') {
    const why = /^(?:true|false)$/i.test(written)
      ? {}
      : { why: `YAML 1.1, which Istio reads, reads ${written} as ${found}` }
    return { help: `quote it: "${written}"`, ...why }
  }
  return {
    help: Array.isArray(found) ? 'write one value, without "- " or brackets' : 'write one value on the line of the key',
  }
}

function listHelp(found: unknown, shown: string): string {
  if (typeof found === 'object' && found !== null) return 'make it a list: put "- " before its first key'
  if (shown === '') return 'make it a list: put "- " before it'
  const items = typeof found === 'string' ? found.split(/[\s,]+/).filter(Boolean) : []
  const isJoined = items.length > 1 && items.every(item => /^[\w.*/-]+$/.test(item))
  return `make it a list: write [${isJoined ? items.join(', ') : shown.trim()}]`
}

function mappingHelp({ found, place, written }: Misfit, shown: string): string | undefined {
  if (Array.isArray(found)) {
    const isOfTexts = found.length > 0 && found.every(item => typeof item === 'string')
    if (place?.kind === 'message' && place.name === 'StringMatch' && isOfTexts) {
      return found.length === 1 ? `write {exact: ${found[0]}}` : `write {regex: "${found.join('|')}"}`
    }
    return written.startsWith('[') ? 'make it a mapping: remove the brackets' : 'make it a mapping: remove the "- "'
  }
  if (typeof found === 'string' && /^[A-Za-z]\w*:(?!\/\/)\S/.test(found)) return 'put a space after the colon'
  if (place?.kind === 'message' && place.mainField !== undefined && shown !== '')
    return `write ${inMain(place, written)}`
  return 'write its fields below it, indented'
}

/** `{destination: {host: a.b}}` for `a.b`: the main field of a message may be a message with one, too. */
function inMain({ mainField, fields }: Place & { kind: 'message' }, written: string): string {
  const inner = mainField === undefined ? undefined : placeOfSchema(fields[mainField])
  const value = inner?.kind === 'message' && inner.mainField !== undefined ? inMain(inner, written) : written
  return `{${mainField}: ${value}}`
}

function helpFor(help: string | undefined): { help?: string } {
  return help === undefined ? {} : { help }
}
