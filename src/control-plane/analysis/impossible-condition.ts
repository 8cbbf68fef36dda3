import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { delegateName, delegatesByName } from '../resolve/delegates.ts'
import { covers } from '../resolve/host-name.ts'
import type { HttpMatch } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/** A condition that is never matches, and why. */
interface Impossible extends Pick<Diagnostic, 'why' | 'help'> {
  /** Below the match. */
  readonly path: FieldPath
}

/**
 * Conditions that no request can match (SB5009): a method in lower case or several in one, a path without its first slash,
 * with a host before it or a query in it, an authority outside the hosts, an origin with a path, a regex with anchors in
 * its middle.
 */
export function findImpossibleConditions({ config }: ResourceContext): Diagnostic[] {
  const delegates = delegatesByName(config.virtualServices)
  return config.virtualServices.flatMap(virtualService =>
    impossibleConditionsIn(virtualService).flatMap(({ rule: { delegate }, diagnostic }) => {
      // A rule without its delegate is left out as it is, and that is told.
      const isLeftOut = delegate && !delegates.has(delegateName(delegate, virtualService))
      return isLeftOut ? [] : [diagnostic]
    }),
  )
}

const impossibleConditionsIn = rememberedAs('impossible conditions', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([ruleIndex, rule]) =>
    [
      ...rule.match.flatMap((match, index) =>
        impossibleIn(match, virtualService).map(found => ({ found, around: ['match', index] })),
      ),
      ...(rule.corsPolicy?.allowOrigins ?? []).flatMap((origin, index) =>
        judged(origin, [], judgeOrigin).map(found => ({ found, around: ['corsPolicy', 'allowOrigins', index] })),
      ),
    ].map(({ found: { path, ...words }, around }) => {
      const place = ['spec', 'http', ruleIndex, ...around, ...path]
      const diagnostic = diagnose('SB5009', {
        message: `no request can match \`${formatPath(around[0] === 'match' ? path : ['allowOrigins', ...path])}\``,
        label: 'never matches',
        span: virtualService.spanOf(place),
        path: formatPath(place),
        resource: virtualService.title,
        ...words,
      })
      return { rule, diagnostic }
    }),
  ),
)

type StringMatch = NonNullable<HttpMatch['uri']>
type Judge = (text: string, kind: 'exact' | 'prefix' | 'regex') => Omit<Impossible, 'path'> | undefined

function impossibleIn(match: HttpMatch, { spec, isDamaged }: VirtualServiceResource): Impossible[] {
  // Of a damaged VirtualService, the host that is meant may be what could not be read.
  const hosts = isDamaged || spec.hosts.length === 0 ? ['*'] : spec.hosts
  return [
    ...Object.entries(match.withoutHeaders).flatMap(([name, value]) => contradicting(name, value, match)),
    ...judged(match.uri, ['uri'], (text, kind) => judgePath(text, kind, hosts)),
    ...judged(match.method, ['method'], judgeMethod),
    ...judged(match.scheme, ['scheme'], judgeScheme),
    ...judged(match.authority, ['authority'], (name, kind) => judgeAuthority(name, kind, hosts)),
    ...(['headers', 'queryParams'] as const).flatMap(field =>
      Object.entries(match[field]).flatMap(([name, value]) =>
        judged(value, [field, name], (text, kind) =>
          field === 'headers' && name.toLowerCase() === 'host' ? judgeAuthority(text, kind, hosts) : undefined,
        ),
      ),
    ),
  ]
}

/** A header that must be there, and must not. */
function contradicting(name: string, value: StringMatch, { headers }: HttpMatch): Impossible[] {
  const isAnyValue = value.exact === undefined && value.prefix === undefined && (value.regex ?? '*') === '*'
  const isWanted = Object.keys(headers).some(each => each.toLowerCase() === name.toLowerCase())
  if (!isAnyValue || !isWanted) return []
  const why = `\`headers\` requires "${name}", and here it must be absent`
  return [{ path: ['withoutHeaders', name], why, help: 'remove one of the two' }]
}

function judged(value: StringMatch | undefined, path: FieldPath, judge: Judge): Impossible[] {
  if (!value) return []
  if (value.regex !== undefined) {
    const fault = judgeRegex(value.regex) ?? judge(value.regex, 'regex')
    return fault ? [{ ...fault, path: [...path, 'regex'] }] : []
  }
  const kind = value.exact === undefined ? 'prefix' : 'exact'
  const text = value[kind]
  const fault = text ? judge(text, kind) : undefined
  return fault ? [{ ...fault, path: [...path, kind] }] : []
}

function judgePath(text: string, kind: 'exact' | 'prefix' | 'regex', hosts: readonly string[]) {
  if (kind === 'regex') return judgePathRegex(text)
  if (!text.startsWith('/') && text !== '*') return withoutSlash(text, hosts)
  const end = text.search(/[?#]/)
  if (end < 0) return undefined
  return {
    why: 'a path is matched without its query',
    help: `write "${text.slice(0, end)}"${kind === 'exact' ? ', and match the query with `queryParams`' : ''}`,
  }
}

function withoutSlash(text: string, hosts: readonly string[]) {
  const [, address, path] = /^(?:https?:\/\/)?([^/?#]*)([^?#]*)/i.exec(text)!
  const isAddress = /^https?:\/\//i.test(text) || hosts.some(host => host.includes('.') && covers(host, address!))
  if (!isAddress) return { why: 'every path begins with a slash', help: `write "/${text}"` }
  return { why: 'a path has no scheme and no host', help: `write "${path || '/'}"` }
}

/** A regex of which no alternative begins with a slash, or with something that may be one. */
function judgePathRegex(regex: string) {
  const alternatives = regex.replace(/^\^/, '').split('|')
  const isSimple = !/[()[\]]/.test(regex) || alternatives.length === 1
  if (!isSimple || !alternatives.every(each => /^(?:[A-Za-z0-9_-]|\\[dw])(?![?*{])/.test(each))) return undefined
  const fixed = alternatives.map(each => `/${each}`).join('|')
  return { why: 'every path begins with a slash', help: `write ${fixed}, and .* for any text` }
}

const judgeMethod: Judge = (text, kind) => {
  const names = text.split(/[\s,|]+/).filter(Boolean)
  const isPlain = /^[A-Za-z,|\s-]*$/.test(text)
  const isList = names.length > 1 && (kind === 'regex' ? /[\s,]/.test(text) : true)
  if (isPlain && isList) {
    const regex = names.join('|').toUpperCase()
    return { why: 'a request has one method', help: `write \`regex: ${regex}\`` }
  }
  if (kind === 'regex' ? !isPlain || !names.every(name => /[a-z]/.test(name)) : !/[a-z]/.test(text)) return undefined
  return { why: 'methods are case-sensitive, and clients send them in capitals', help: `write ${text.toUpperCase()}` }
}

const judgeScheme: Judge = (text, kind) => {
  if (kind === 'regex') return undefined
  const isMet = ['http', 'https'].some(scheme => (kind === 'exact' ? scheme === text : scheme.startsWith(text)))
  return isMet ? undefined : { why: 'the scheme of a request is `http` or `https`', help: 'write http or https' }
}

function judgeAuthority(text: string, kind: 'exact' | 'prefix' | 'regex', hosts: readonly string[]) {
  if (kind !== 'exact') return undefined
  const name = text.toLowerCase().replace(/:\d+$/, '')
  // A host without a dot is completed by its namespace, and is served under both names.
  if (hosts.some(host => covers(host.toLowerCase(), name) || !host.includes('.'))) return undefined
  return {
    why: 'the rules of this VirtualService are for requests to its hosts only',
    help: `write one of its hosts, or add "${name}" to \`hosts\``,
  }
}

/** An origin is a scheme, a host and perhaps a port (RFC 6454 §6.1). */
const judgeOrigin: Judge = (text, kind) => {
  if (kind === 'exact' && text.includes('*') && text !== '*') {
    const regex = text.replace(/[.+?()[\]{}|^$\\]/g, '\\$&').replaceAll('*', '[^.]*')
    return { why: 'an exact origin has no wildcard', help: `write \`regex: ${regex}\`` }
  }
  if (kind === 'exact' && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(text)) {
    return { why: 'browsers send an origin with its scheme', help: `write "https://${text}"` }
  }
  const [, origin, path] = /^(https?:\/\/[^/]*)(\/.*)$/.exec(text) ?? []
  if (kind !== 'exact' || path === undefined) return undefined
  return { why: 'browsers send an origin without a path', help: `write "${origin}"` }
}

function judgeRegex(regex: string) {
  const delimited = /^\/(.*)\/[dgimsuvy]*$/s.exec(regex)?.[1]
  if (!hasInnerAnchor(regex)) return undefined
  const isDelimited = delimited !== undefined && !hasInnerAnchor(delimited)
  return {
    why: isDelimited
      ? 'the slashes around it are literal: it is not JavaScript'
      : 'no text comes before the start, or after the end',
    help: isDelimited
      ? `write ${delimited.replace(/^\^/, '').replace(/\$$/, '').replaceAll('\\/', '/')}: the whole text must match anyway`
      : 'drop the ^ and the $: the whole text must match anyway',
  }
}

/** Whether a `^` stands behind a character that must be there, or a `$` before one. */
function hasInnerAnchor(regex: string): boolean {
  if (/\(\?[a-z]*m/.test(regex)) return false
  // One character for each thing that is matched, so that escapes and sets are out of the way.
  const plain = regex.replace(/\\Q.*?(?:\\E|$)|\\./gs, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x')
  return /(?:^|[(|])[^()|^$*?{}[\]]*[^()|^$*?{}[\]]\^/.test(plain) || /\$[^()|^$*?{}[\]+](?![*?{])/.test(plain)
}
