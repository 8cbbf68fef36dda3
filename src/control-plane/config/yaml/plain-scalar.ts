/** What a plain scalar means, and what another version of YAML would read instead. */
export interface PlainScalar {
  readonly value: string | number | boolean | null
  readonly ambiguity?: Ambiguity
}

/** In words, how YAML 1.1 (which Istio and kubectl read) and YAML 1.2 differ. */
export interface Ambiguity {
  readonly message: string
  readonly help: string
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])
const truths: ReadonlyMap<string, boolean> = new Map(
  ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'].map(word => [word, /^t/i.test(word)] as const),
)
/** The other truths of YAML 1.1, which are text in YAML 1.2. */
const oldTruths: ReadonlyMap<string, boolean> = new Map(
  ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map(
    word => [word, /^(?:y|on)/i.test(word)] as const,
  ),
)
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

/**
 * The meaning of a scalar without quotes or tag, as Istio reads it: YAML 1.1 in the form of Go's library, except that
 * dates stay text.
 */
export function readPlainScalar(source: string): PlainScalar {
  if (nulls.has(source)) return { value: null }
  const truth = truths.get(source)
  if (truth !== undefined) return { value: truth }
  const oldTruth = oldTruths.get(source)
  if (oldTruth !== undefined) {
    return { value: oldTruth, ambiguity: ambiguity(source, String(oldTruth), 'text', `quote it, or write ${oldTruth}`) }
  }
  const first = source.charCodeAt(0)
  // Only + - . and digits can start a number.
  if (first > 57 || first < 43 || first === 44 || first === 47) return { value: source }
  return readNumber(source)
}

function readNumber(source: string): PlainScalar {
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(source)) return { value: source.startsWith('-') ? -Infinity : Infinity }
  if (/^\.(?:nan|NaN|NAN)$/.test(source)) return { value: Number.NaN }
  const digits = source.includes('_') ? source.replaceAll('_', '') : source
  const value = numberOf(digits)
  if (value === undefined) return { value: source }
  const help = `write ${value}, or quote it`
  if (digits !== source) {
    return { value, ambiguity: ambiguity(source, `the number ${value}`, 'text', help) }
  }
  if (/^[-+]?0\d/.test(source) && !/[.eE]/.test(source) && value !== Number(source)) {
    return { value, ambiguity: ambiguity(source, `octal, ${value}`, String(Number(source)), help) }
  }
  if (/^[-+]?0[bB]/.test(source)) {
    return { value, ambiguity: ambiguity(source, `the number ${value}`, 'text', help) }
  }
  return { value }
}

function ambiguity(source: string, inIstio: string, elsewhere: string, help: string): Ambiguity {
  return { message: `Istio reads ${source} as ${inIstio} (YAML 1.1), others as ${elsewhere} (YAML 1.2)`, help }
}

function numberOf(digits: string): number | undefined {
  if (integer.test(digits)) {
    const sign = digits.startsWith('-') ? -1 : 1
    const body = digits.replace(/^[-+]/, '')
    // A leading zero makes a number octal in Go, unless it has a digit that octal lacks.
    return sign * (/^0[0-7]+$/.test(body) ? Number.parseInt(body, 8) : Number(body))
  }
  return float.test(digits) ? Number(digits) : undefined
}
