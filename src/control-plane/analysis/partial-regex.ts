import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/**
 * Regexes of paths that are anchored at one end, as where a regex is searched for in a text (SB5014): the whole path must
 * match. One that ends with a repetition or a group may be meant as it is.
 */
export function findPartialRegexes({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(partialRegexesIn)
}

const partialRegexesIn = rememberedAs('partial regexes', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([ruleIndex, rule]) =>
    rule.match.flatMap((match, index) => {
      const regex = match.uri?.regex
      if (regex === undefined || !/^\^[^|]*[\w/-]$/.test(regex)) return []
      const path = ['spec', 'http', ruleIndex, 'match', index, 'uri', 'regex']
      return [
        diagnose('SB5014', {
          message: `the regex "${regex}" is anchored at its start only`,
          span: virtualService.spanOf(path),
          label: 'must match the whole path',
          path: formatPath(path),
          resource: virtualService.title,
          why: 'a path that continues after it does not match',
          help: `write ${regex.slice(1)}.* where the path may continue, or remove the ^`,
        }),
      ]
    }),
  ),
)
