import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { HttpMatch } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'

interface Glob extends Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'> {
  readonly field: 'exact' | 'prefix' | 'regex'
}

/** Paths with a `*` as only a glob has it: `/api/*`, be it as a regex, as a prefix or as a whole path (SB5010). */
export function findGlobRegexes({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(globsIn)
}

const globsIn = rememberedAs('globs', ({ spec, spanOf, title }: VirtualServiceResource) =>
  spec.http.flatMap((rule, ruleIndex) =>
    rule.match.flatMap(({ uri }, index) => {
      const found = uri && globIn(uri)
      if (!found) return []
      const { field, ...words } = found
      const path = ['spec', 'http', ruleIndex, 'match', index, 'uri', field]
      return [diagnose('SB5010', { ...words, span: spanOf(path), path: formatPath(path), resource: title })]
    }),
  ),
)

function globIn({ exact, prefix, regex }: NonNullable<HttpMatch['uri']>): Glob | undefined {
  if (regex !== undefined) {
    if (!/(?<!\\)\/\*/.test(regex.replace(/\[[^\]]*\]/g, 'x'))) return undefined
    const start = /^([^\\.*+?()[\]{}|^$]*\/)\*$/.exec(regex)?.[1]
    return {
      field: 'regex',
      message: `the regex "${regex}" repeats the slash, not what follows it`,
      label: '* repeats the character before it',
      why: 'it is a regex, and must match the whole path',
      help: start ? `write \`prefix: ${start}\`` : 'write .* for any text, and [^/]* for any text up to a slash',
    }
  }
  const field = exact === undefined ? 'prefix' : 'exact'
  const text = exact ?? prefix
  // Alone it is the target of OPTIONS.
  if (!text?.includes('*') || text === '*') return undefined
  if (text.includes('.*')) {
    return {
      field,
      message: `"${text}" is matched literally, not as a regex`,
      label: 'no regex',
      why: `\`${field}\` compares text literally`,
      help: `write \`regex: ${text}${field === 'prefix' && !text.endsWith('.*') ? '.*' : ''}\``,
    }
  }
  const start = /^([^*]*)\*+$/.exec(text)?.[1]
  return {
    field,
    message: `"${text}" is matched literally, with its *`,
    label: 'no wildcard',
    why: `\`${field}\` supports no wildcards`,
    help: start ? `write \`prefix: ${start}\`` : `write \`regex: ${regexOf(text)}${field === 'prefix' ? '.*' : ''}\``,
  }
}

/** The regex of a glob. */
function regexOf(glob: string): string {
  return glob.replace(/[.+?()[\]{}|^$\\]/g, '\\$&').replace(/\*+/g, stars => (stars === '*' ? '[^/]*' : '.*'))
}
