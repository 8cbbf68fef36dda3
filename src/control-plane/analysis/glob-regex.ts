import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/resource.ts'
import type { AnalysisContext } from './context.ts'

/** Regexes of paths that repeat a slash, as only a glob would write it: `/api/*` (SB5010). */
export function findGlobs({ config }: AnalysisContext): Diagnostic[] {
  return config.virtualServices.flatMap(({ spec, spanOf, title }) =>
    spec.http.flatMap((rule, ruleIndex) =>
      rule.match.flatMap((match, index) => {
        const regex = match.uri?.regex
        if (regex === undefined || !/(?<!\\)\/\*/.test(regex.replace(/\[[^\]]*\]/g, 'x'))) return []
        const path = ['spec', 'http', ruleIndex, 'match', index, 'uri', 'regex']
        const start = /^([^\\.*+?()[\]{}|^$]*\/)\*$/.exec(regex)?.[1]
        return [
          diagnose('SB5010', {
            message: `the regex "${regex}" repeats a slash, and not what follows it`,
            span: spanOf(path),
            label: '* repeats the character before it',
            path: formatPath(path),
            resource: title,
            why: 'it is read as a regex, and the whole path must match',
            help: start ? `write \`prefix: ${start}\`` : 'write .* for any text, and [^/]* for any text up to a slash',
          }),
        ]
      }),
    ),
  )
}
