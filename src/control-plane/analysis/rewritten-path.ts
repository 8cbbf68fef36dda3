import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { writtenPlace } from '../resolve/delegates.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import { lowerMatch } from '../translate/http-match.ts'
import type { ResourceContext } from './context.ts'
import type { Match } from './match-cover.ts'
import { MatchIndex } from './match-index.ts'
import { soundRules } from './sound-rules.ts'

/**
 * Rewrites that replace a prefix so that a path comes out which is hardly meant (SB5008): with `//` in it (`/api` by
 * `/`), with two names run together (`/api/` by `/v1`), or without its first slash. Once for each rule.
 */
export function findRewrittenPaths({ roots }: ResourceContext): Diagnostic[] {
  return roots.flatMap(rewrittenPathsIn)
}

const rewrittenPathsIn = rememberedAs('rewritten paths', (virtualService: VirtualServiceResource) => {
  const rules = soundRules(virtualService)
  // Few rewrites depend on the matches before them: they are indexed as far as one asks.
  const before = new MatchIndex<{ readonly match: Match }>()
  let indexed = 0
  return rules.flatMap(([index, rule], at) => {
    if (!rule.rewrite?.uri) return []
    const isTakenBefore = (below: Match) => {
      for (; indexed < at; indexed++) for (const match of matchesOf(rules[indexed]![1])) before.add({ match })
      return before.findCover(below) !== undefined
    }
    const found = judge(matchesOf(rule), rule.rewrite.uri, isTakenBefore)
    return found ? [finding(virtualService, index, found)] : []
  })
})

function matchesOf({ match }: HttpRule): Match[] {
  return match.length === 0 ? [{ conditions: [] }] : match.map(each => lowerMatch(each, undefined))
}

type Fault = Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'>

function judge(matches: readonly Match[], to: string, isTakenBefore: (below: Match) => boolean): Fault | undefined {
  if (!to.startsWith('/')) {
    return {
      message: `the path is rewritten to "${to}", which does not begin with a slash`,
      label: 'no slash in front',
      why: 'the path of a request always begins with one',
      help: `write "/${to}"`,
    }
  }
  const own = new MatchIndex<{ readonly match: Match }>()
  for (const match of matches) {
    const { path, conditions } = match
    const prefix = path === undefined ? '/' : path.kind === 'prefix' ? path.value : undefined
    if (prefix) {
      const endsOpen = prefix.endsWith('/')
      if (endsOpen && !to.endsWith('/')) return runTogether(prefix, to)
      if (!endsOpen && to.endsWith('/')) {
        // What lies below the prefix may be taken by a match before this one.
        const below = { path: { kind: 'prefix', value: `${prefix}/`, ignoresCase: false }, conditions } as const
        if (!own.findCover(below) && !isTakenBefore(below)) return doubled(prefix, to)
      }
    }
    own.add({ match })
  }
  return undefined
}

function doubled(prefix: string, to: string): Fault {
  return {
    message: `the prefix "${prefix}" is replaced by "${to}", which turns "${prefix}/x" into "${to}/x"`,
    label: 'produces two slashes',
    why: 'only the prefix is replaced; the slash behind it stays',
    help:
      to === '/'
        ? `match the prefix "${prefix}/" first, and \`exact: ${prefix}\` beside it: both become "/"`
        : `write "${to.replace(/\/+$/, '')}"`,
  }
}

function runTogether(prefix: string, to: string): Fault {
  return {
    message: `the prefix "${prefix}" is replaced by "${to}", which turns "${prefix}x" into "${to}x"`,
    label: 'runs into what follows',
    why: 'the slash at the end is part of the prefix that is replaced',
    help: `write "${to}/"`,
  }
}

function finding(virtualService: VirtualServiceResource, index: number, fault: Fault): Diagnostic {
  const { resource, ruleIndex } = writtenPlace(virtualService, index)
  const path = ['spec', 'http', ruleIndex, 'rewrite', 'uri']
  return diagnose('SB5008', { ...fault, span: resource.spanOf(path), path: formatPath(path), resource: resource.title })
}
