import type { Paint } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { cutList } from './cut-list.ts'
import type { Decision, EndpointShare, HeaderChange, HeaderFacts } from './decision.ts'
import { policyLines } from './render-policy.ts'
import type { Section } from './section.ts'

/** What the chosen route does, section by section. */
export function routeSections(decision: Decision, paint: Paint): Section[] {
  const { requestHeaders, responseHeaders } = decision
  return [
    ['action', actionLines(decision)],
    [decision.split?.length === 1 ? 'cluster' : 'split', splitLines(decision, paint)],
    ['endpoints', endpointLines(decision.outcome.endpoints ?? [], paint)],
    ['policy', policyLines(decision, paint)],
    ['headers', [...changeLines('request', requestHeaders), ...changeLines('response', responseHeaders)]],
    ['origin', sentLines(requestHeaders)],
    ['response', sentLines(responseHeaders)],
  ]
}

function actionLines({ action, outcome }: Decision): string[] {
  if (!action) return []
  if (action.kind !== 'forward') {
    const { location = '', body } = outcome
    const text = body === undefined ? '' : 'text' in body ? JSON.stringify(body.text) : `base64 ${body.base64}`
    return [visible(`${action.kind} ${action.status}   ${location}${text}`)]
  }
  const { rewrite, authority } = action
  const rewritten = outcome.target === undefined ? '' : `   ⇒ ${outcome.target}`
  const lines = [
    ...(rewrite
      ? [`rewrite ${rewrite.kind === 'regex' ? 'regex ' : ''}${rewrite.from} → ${rewrite.to}${rewritten}`]
      : []),
    ...(authority === undefined ? [] : [`rewrite Host → ${authority}`]),
  ]
  return lines.length === 0 ? ['forward'] : lines.map(visible)
}

/** One destination is printed as its cluster alone. */
function splitLines({ split = [], random }: Decision, paint: Paint): string[] {
  const lines = cutList(split, ({ isDrawn }) => isDrawn).map(each => {
    if (!('item' in each)) return paint('dim', `… ${each.leftOut} more`)
    const { cluster, percent, isDrawn } = each.item
    if (split.length === 1) return visible(cluster)
    const text = `${isDrawn ? '⇒' : ' '} ${`${percent} %`.padStart(7)}   ${visible(cluster)}`
    return isDrawn ? paint('good', text) : text
  })
  return split.length > 1 ? [`draw ${random}`, ...lines] : lines
}

function endpointLines(endpoints: readonly EndpointShare[], paint: Paint): string[] {
  return cutList(endpoints, ({ isDrawn }) => isDrawn).map(each => {
    if (!('item' in each)) return paint('dim', `  … ${each.leftOut} more`)
    const { scheme, address, port, weight, percent, isDrawn } = each.item
    const authority = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
    const text = visible(`${isDrawn ? '⇒' : ' '} ${scheme} ${authority}   weight ${weight}, ${percent} %`)
    return isDrawn ? paint('good', text) : text
  })
}

function changeLines(which: string, { changes }: HeaderFacts = { changes: [] }): string[] {
  return changes.map(change => visible(`${which} ${changeText(change)}`))
}

function changeText(change: HeaderChange): string {
  if (change.change === 'remove') return `− ${change.name}`
  return `${change.change === 'add' ? '+' : '='} ${change.name}: ${change.value}`
}

function sentLines({ sent = [] }: HeaderFacts = { changes: [] }): string[] {
  return sent.map(([name, value]) => visible(`${name}: ${value}`))
}
