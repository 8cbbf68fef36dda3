import type { HeaderLine } from '../../data-plane/plan/request-plan.ts'
import type { HeaderChanges } from '../../fib/header-changes.ts'
import type { ValueTemplate } from '../../fib/value-template.ts'
import type { HeaderChange, HeaderFacts } from './decision.ts'

/**
 * The header changes of a route in the order in which they are made, CORS headers last; undefined where there is
 * nothing to tell.
 *
 * @param sent all headers as they are sent, where that is known
 */
export function headerFacts(
  blocks: readonly HeaderChanges[] = [],
  corsHeaders: readonly HeaderLine[] = [],
  sent?: Headers,
): HeaderFacts | undefined {
  const changes = [...blocks.flatMap(changesOf), ...corsHeaders.map(([name, value]) => set(name, value))]
  if (changes.length === 0 && !sent) return undefined
  return { changes, ...(sent && { sent: [...sent] }) }
}

function changesOf({ remove, put }: HeaderChanges): HeaderChange[] {
  return [
    ...remove.map((name): HeaderChange => ({ change: 'remove', name })),
    ...put.map(
      ({ name, value, appends }): HeaderChange => ({
        change: appends ? 'add' : 'set',
        name,
        value: templateText(value),
      }),
    ),
  ]
}

function set(name: string, value: string): HeaderChange {
  return { change: 'set', name, value }
}

/** A template as it is written, operators between percent signs. */
function templateText(template: ValueTemplate): string {
  return template
    .map(part => {
      if (typeof part === 'string') return part.replaceAll('%', '%%')
      if (part.operator !== 'REQ' && part.operator !== 'RESP') return `%${part.operator}%`
      const fallback = part.fallback === undefined ? '' : `?${part.fallback}`
      const length = part.maxLength === undefined ? '' : `:${part.maxLength}`
      return `%${part.operator}(${part.header}${fallback})${length}%`
    })
    .join('')
}
