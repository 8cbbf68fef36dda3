import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { compilePattern, substitutionParts } from '../../fib/pattern.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

interface Fault extends Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'> {
  /** Below the rule. */
  readonly path: FieldPath
}

/**
 * Substitutions that put in something else than they seem to (SB5011): groups that the regex does not have, the `$1` of
 * other languages, or `\1` where nothing is substituted.
 */
export function findOddSubstitutions({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(oddSubstitutionsIn)
}

const oddSubstitutionsIn = rememberedAs('odd substitutions', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([index, rule]) =>
    [...inRegexRewrite(rule), ...inPlainText(rule)].map(({ path, ...words }) => {
      const place = ['spec', 'http', index, ...path]
      return diagnose('SB5011', {
        ...words,
        span: virtualService.spanOf(place),
        path: formatPath(place),
        resource: virtualService.title,
      })
    }),
  ),
)

function inRegexRewrite({ rewrite }: HttpRule): Fault[] {
  if (!rewrite?.uriRegexRewrite) return []
  const { match, rewrite: substitution } = rewrite.uriRegexRewrite
  const path = ['rewrite', 'uriRegexRewrite', 'rewrite']
  const { highestGroup, endsAt } = substitutionParts(substitution)
  const groups = highestGroup === 0 ? 0 : compilePattern(match).groups
  if (highestGroup > groups) {
    const has = groups === 0 ? 'no group' : groups === 1 ? 'one group' : `${groups} groups`
    return [
      {
        path,
        message: `"\\${highestGroup}" names a group, and the regex has ${has}`,
        label: 'no such group',
        why: 'then the path is not rewritten at all',
        help:
          groups === 0
            ? 'put what it means in parentheses, as (.*)'
            : `write \\1${groups > 1 ? ` to \\${groups}` : ''}`,
      },
    ]
  }
  if (endsAt !== undefined) {
    const written = substitution.slice(endsAt, endsAt + 2)
    return [
      {
        path,
        message: `"${written}" means nothing in a substitution`,
        label: 'wrong escape',
        why: 'the substitution ends before it',
        help: 'write \\\\ for a backslash, and \\1 to \\9 for groups',
      },
    ]
  }
  const dollar = /\$(?:(\d)|\{(\d)\})/.exec(substitution)
  if (!dollar) return []
  return [
    {
      path,
      message: `"${dollar[0]}" is inserted literally`,
      label: 'no group',
      why: 'RE2 writes groups with a backslash',
      help: `write \\${dollar[1] ?? dollar[2]}; in double quotes, \\\\${dollar[1] ?? dollar[2]}`,
    },
  ]
}

/** Fields of which the text is inserted literally. */
function inPlainText({ rewrite, redirect }: HttpRule): Fault[] {
  const fields = [
    [['rewrite', 'uri'], rewrite?.uri],
    [['redirect', 'uri'], redirect?.uri],
    [['redirect', 'prefixRewrite'], redirect?.prefixRewrite],
  ] as const
  return fields.flatMap(([path, text]) => {
    const group = /\\\d|\$(?:\d|\{\d\})/.exec(text ?? '')?.[0]
    if (group === undefined) return []
    return [
      {
        path,
        message: `"${group}" is inserted literally`,
        label: 'no group',
        why: `\`${path[1]}\` is plain text, also where the match is a regex`,
        help:
          path[0] === 'rewrite'
            ? 'use `uriRegexRewrite` with its own regex, and \\1 for its first group'
            : 'a redirect has no groups: write a rule for each path, or `prefixRewrite`',
      },
    ]
  })
}
