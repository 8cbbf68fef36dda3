/** Characters that stand for themselves behind a backslash: all that are neither letters nor digits. */
const punctuation = /^[!-/:-@[-`{-~]$/
/** Between \Q and \E signs are text; a repetition behind flags, as in `a(?i)*`, is one of what stands before them. */
const unsure = /\\[QE]|\(\?[a-zA-Z-]*\)/
/** Characters that mean something else than themselves, or may. */
const special = /^[\\.[\](){}|^$*+?]$/

/**
 * The text that every path begins with which an RE2 regex matches whole; empty where that is not sure. It is ASCII, and
 * not always the longest one: what is not plainly text ends it.
 */
export function literalBeginning(regex: string): string {
  if (unsure.test(regex) || hasAlternatives(regex)) return ''
  let beginning = ''
  let at = regex.startsWith('^') ? 1 : 0
  for (;;) {
    const char = regex[at] === '\\' ? escapedAt(regex, at) : plainAt(regex, at)
    if (char === undefined) return beginning
    at += regex[at] === '\\' ? 2 : 1
    const next = regex[at]
    // What may be there any number of times may be missing.
    if (next === '*' || next === '?' || next === '{') return beginning
    beginning += char
    if (next === '+') return beginning
  }
}

function plainAt(regex: string, at: number): string | undefined {
  const char = regex[at]
  return char !== undefined && char <= '\x7f' && !special.test(char) ? char : undefined
}

function escapedAt(regex: string, at: number): string | undefined {
  const char = regex[at + 1]
  return char !== undefined && punctuation.test(char) ? char : undefined
}

/** Whether a regex is several ones, outside all groups; also where its brackets do not fit together. */
function hasAlternatives(regex: string): boolean {
  let depth = 0
  for (let at = 0; at < regex.length; at++) {
    const char = regex[at]
    if (char === '\\') at++
    else if (char === '[') at = endOfClass(regex, at)
    else if (char === '(') depth++
    else if (char === ')' && --depth < 0) return true
    else if (char === '|' && depth === 0) return true
  }
  return depth !== 0
}

/** Where the bracket stands that ends a class of characters; behind the regex where there is none. */
function endOfClass(regex: string, from: number): number {
  let at = from + 1
  if (regex[at] === '^') at++
  // As the first one it is a character of the class.
  if (regex[at] === ']') at++
  for (; at < regex.length && regex[at] !== ']'; at++) {
    if (regex[at] === '\\') at++
    else if (regex.startsWith('[:', at)) {
      const end = regex.indexOf(':]', at)
      if (end >= 0) at = end + 1
    }
  }
  return at
}
