import type { z } from 'zod'
import type { FieldFault, Report } from '../../schema/problem.ts'
import { requiredTextThat } from '../../schema/scalar-field.ts'
import { isIpAddress } from './ip-address.ts'

const label = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/
const wildcardLabel = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/
const longestLabel = 63
const longestName = 255

/** Whether `text` is a DNS label: letters, digits and inner hyphens, at most 63. Source: RFC 1123 §2.1. */
export function isDnsLabel(text: string): boolean {
  return text.length <= longestLabel && label.test(text)
}

/** Whether `name` is a DNS name without a wildcard. Source: Istio ValidateFQDN. */
export function isDnsName(name: string): boolean {
  return !name.startsWith('*') && dnsFault(name) === undefined
}

/** Whether `host` is a wildcard whose star is not a whole label, such as `*shop.example.com`. */
export function isPartialWildcard(host: string): boolean {
  return host.includes('*') && host !== '*' && !host.startsWith('*.')
}

/** Reports what is wrong with `host` as a DNS name that may start with a wildcard. Source: ValidateWildcardDomain. */
export function checkHost(host: string, report: Report): void {
  const fault = dnsFault(host)
  if (fault) report(fault)
}

/** As `checkHost`, where an IP address may stand too. */
export function checkHostOrAddress(host: string, report: Report): void {
  if (!isIpAddress(host)) checkHost(host, report)
}

/** The host of a destination: a DNS name, perhaps with a wildcard, but not `*` alone. */
export const destinationHost: z.ZodType<string> = requiredTextThat((host, report) => {
  if (host === '*') report({ code: 'SB2004', message: '"*" is not a destination', help: 'name the host to forward to' })
  else checkHost(host, report)
})

function dnsFault(name: string): FieldFault | undefined {
  if (name === '')
    return { code: 'SB2004', message: 'the host is empty', help: 'write a DNS name such as shop.example.com' }
  if (name.length > longestName) return hostFault(name, `it is longer than ${longestName} characters`)
  const labels = name.split('.')
  const last = labels.length - 1
  let start = 0
  for (const [index, each] of labels.entries()) {
    const isEnd = index === last && index > 0
    const isRight = index === 0 ? wildcardLabel.test(each) && each.length <= longestLabel : isDnsLabel(each)
    if (!isRight && !(isEnd && each === '')) return labelFault(name, each, start)
    if (isEnd && /^\d+$/.test(each)) return hostFault(name, 'its last label is a number', [start, start + each.length])
    start += each.length + 1
  }
  return undefined
}

function labelFault(name: string, wrong: string, start: number): FieldFault {
  const from = start
  const part = [from, from + wrong.length] as const
  const scheme = /^[a-z]+:\/\//i.exec(name)
  if (scheme) return hostFault(name, 'it is a URL', [0, name.length], `write ${hostOfUrl(name)}`)
  const port = /^([^:/\s]+):(\d+)$/.exec(name)
  if (port)
    return hostFault(name, 'a host has no port', [port[1]!.length, name.length], 'write the port in its own field')
  if (name.includes('/')) return hostFault(name, 'a host has no path', [name.indexOf('/'), name.length])
  if (/^[“”‘’«»]|[“”‘’«»]$/.test(name)) {
    return hostFault(name, 'the quotation marks are typographic ones', part, 'write straight quotes: "')
  }
  if (/\s/.test(name)) {
    const at = name.search(/\s/)
    // A line break is seen best by how the value starts: `|` keeps it.
    const mark = /[\r\n]/.test(name) ? undefined : ([at, at + 1] as const)
    return hostFault(name, 'a host has no white space or line break', mark)
  }
  if (name.includes('_'))
    return hostFault(name, 'a host has no underscore', part, 'write a hyphen, or quote another name')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
  if (/[^\u0000-\u007f]/.test(name)) {
    return hostFault(name, 'a host has ASCII letters only', part, 'write the punycode form, xn--…')
  }
  if (wrong.includes('*')) {
    return hostFault(name, 'a wildcard is the first label as a whole', part, 'write *.example.com, or list the hosts')
  }
  if (wrong.length > longestLabel) return hostFault(name, `a label has at most ${longestLabel} characters`, part)
  if (wrong === '') return hostFault(name, 'it has an empty label')
  return hostFault(name, `the label "${wrong}" is not letters, digits and inner hyphens`, part)
}

function hostFault(name: string, reason: string, part?: FieldFault['part'], help?: string): FieldFault {
  const shown = name.length > 80 ? `${name.slice(0, 77)}...` : name
  return {
    code: 'SB2004',
    message: `"${shown}" is not a host: ${reason}`,
    ...(part ? { part } : {}),
    ...(help ? { help } : {}),
  }
}

function hostOfUrl(url: string): string {
  return url.replace(/^[a-z]+:\/\//i, '').replace(/[:/].*$/, '')
}
