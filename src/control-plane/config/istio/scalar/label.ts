import { mapOf } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { text, textThat } from '../../schema/scalar-field.ts'

const qualifiedName = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const keyPrefix = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/
const longestName = 63
const longestPrefix = 253

/** Labels that select workloads. Source: Istio labels.Instance.Validate. */
export const labels = mapOf(
  textThat((value, report) => {
    if (value !== '' && !isName(value)) {
      report({
        code: 'SB2004',
        message: `"${value}" is not a label value`,
        help: `a label value has at most ${longestName} letters, digits, -, _ and .`,
      })
    }
  }),
  (key, report) => {
    const slash = key.lastIndexOf('/')
    const prefix = key.slice(0, Math.max(0, slash))
    const isPrefixed = slash < 0 || (prefix.length <= longestPrefix && keyPrefix.test(prefix))
    if (!isPrefixed || !isName(key.slice(slash + 1))) {
      report({
        code: 'SB2004',
        message: `"${key}" is not a label name`,
        help: `a label name has at most ${longestName} letters, digits, -, _ and ., perhaps after example.com/`,
      })
    }
  },
)

function isName(text: string): boolean {
  return text.length <= longestName && qualifiedName.test(text)
}

/** Labels of a selector: any text, but no empty name and no wildcard. Source: Istio validateWorkloadSelector. */
export const selectorLabels = mapOf(textThat(checkNoWildcard), (key, report) => {
  if (key === '') report({ code: 'SB2004', message: 'the label name is empty' })
  else checkNoWildcard(key, report)
})

/** Texts by name, as labels and annotations of metadata are. */
export const anyLabels = mapOf(text)

function checkNoWildcard(value: string, report: Report): void {
  if (value.includes('*')) report({ code: 'SB2004', message: `"${value}": a selector has no wildcards` })
}
