import { message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { requiredTextThat, textThat } from '../../schema/scalar-field.ts'
import { destinationHost, isDnsLabel } from '../scalar/host.ts'
import { portSelector } from '../scalar/port.ts'

/** The name of a subset: a DNS label. Source: Istio validateSubsetName. */
export const subsetName = requiredTextThat((name, report) => {
  if (name === '') report({ code: 'SB2004', message: 'the name of a subset must not be empty' })
  else checkSubset(name, report)
})

/** Source: Istio Destination. */
export const destination = message(
  'Destination',
  {
    host: destinationHost,
    // As protobuf has it, an empty subset is none.
    subset: textThat((name, report) => {
      if (name !== '') checkSubset(name, report)
    })
      .transform(name => (name === '' ? undefined : name))
      .optional(),
    port: portSelector.optional(),
  },
  { mainField: 'host' },
)

function checkSubset(name: string, report: Report): void {
  if (isDnsLabel(name)) return
  report({
    code: 'SB2004',
    message: `"${name}" is not the name of a subset`,
    help: 'write letters, digits and inner hyphens, such as v1-0',
  })
}
