import { type ByTarget, type Effect, isVerdict, type Verdict, verdictOn } from './field-effects.ts'
import { type Target, targetNames, targets } from './target.ts'

/** What is known of a field: its effect, that of a field around it, or that it has none yet. */
export type KnownEffect = Effect | undefined

/**
 * What a field does at the edge, in a sentence or one for each sort of target.
 *
 * @param inherited whether the verdict is that of a field around it
 */
export function effectWords(
  effect: Verdict | ByTarget | undefined,
  about: readonly Target[],
  inherited: boolean,
): string {
  const byWords = Map.groupBy(about, target => verdictSentence(verdictOn(target, effect), inherited))
  if (byWords.size === 1 && about.length === targets.length) return [...byWords.keys()].join('')
  return [...byWords]
    .map(([words, alike]) => `On ${alike.map(target => targetNames[target]).join(', ')}: ${uncapital(words)}`)
    .join('\n')
}

function verdictSentence(verdict: Verdict | undefined, inherited: boolean): string {
  if (inherited && verdict?.verdict === 'adapted') return 'Works, adapted like the field around it.'
  return verdictWords(verdict).sentence
}

/** A verdict in words: for a cell of a table, and as a sentence. */
export function verdictWords(verdict: Verdict | undefined): { readonly cell: string; readonly sentence: string } {
  switch (verdict?.verdict) {
    case undefined:
      return { cell: 'not yet', sentence: 'No effect yet: read and checked, but not applied.' }
    case 'works':
      return { cell: 'works', sentence: 'Works as in Istio.' }
    case 'adapted':
      return { cell: `adapted: ${verdict.how}`, sentence: `Works, adapted: ${verdict.how}.` }
    case 'impossible':
      return { cell: `not possible: ${verdict.why}`, sentence: `Not possible: ${verdict.why}.` }
    case 'refused':
      return { cell: `refused: ${verdict.why}`, sentence: `Refused by \`check\`: ${verdict.why}.` }
    default:
      return verdict satisfies never
  }
}

function uncapital(text: string): string {
  return `${text[0]?.toLowerCase() ?? ''}${text.slice(1)}`
}

/** The effect of a field one step below: of its own where one is listed, else that of the verdict around it. */
export function effectBelow(known: KnownEffect, step: string): { effect: KnownEffect; inherited: boolean } {
  if (known === undefined || isVerdict(known)) return { effect: known, inherited: true }
  const effect = known['*'] ?? (Object.hasOwn(known, step) ? known[step] : undefined)
  return { effect, inherited: false }
}
