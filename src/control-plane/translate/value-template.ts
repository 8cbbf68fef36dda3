import { plainOperators, type ValueOperator, type ValueTemplate } from '../../fib/value-template.ts'

// A command, its arguments in brackets, and a length to cut to: %REQ(x-user?x-account):20%. `%%` is a percent sign.
const command = /%(?:%|([A-Z_]+)(?:\(((?:\\.|[^)\\])*)\))?(?::(\d+))?%)/g

/** Reads a header value: its text, and Envoy's operators in it. An operator that is not known has no value. */
export function parseValueTemplate(written: string): ValueTemplate {
  const parts: (string | ValueOperator)[] = []
  const pushText = (text: string) => {
    const last = parts.length - 1
    if (typeof parts[last] === 'string') parts[last] += text
    else if (text !== '') parts.push(text)
  }
  let at = 0
  for (const match of written.matchAll(command)) {
    pushText(written.slice(at, match.index))
    at = match.index + match[0].length
    if (match[1] === undefined) pushText('%')
    else {
      const operator = readOperator(match[1], match[2] ?? '', match[3])
      if (operator) parts.push(operator)
    }
  }
  pushText(written.slice(at))
  return parts
}

function readOperator(name: string, argument: string, maxLength: string | undefined): ValueOperator | undefined {
  if (name === 'REQ' || name === 'RESP') {
    const [header = '', fallback] = argument.toLowerCase().split('?')
    return {
      operator: name,
      header,
      ...(fallback && { fallback }),
      ...(maxLength && { maxLength: Number(maxLength) }),
    }
  }
  const plain = plainOperators.find(each => each === name)
  return plain && { operator: plain }
}
