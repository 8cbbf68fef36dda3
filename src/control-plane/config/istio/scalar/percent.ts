import { message } from '../../schema/message.ts'
import { decimalNumber, wholeNumber } from '../../schema/scalar-field.ts'

const value = decimalNumber({ from: 0, to: 100 })

/** A percentage, 0 to 100; without a value it is 0. Source: Istio Percent. */
export const percent = message('Percent', { value: value.optional() }, { mainField: 'value' })

/** A percentage that Envoy can draw: 0, or at least a millionth. Source: Istio validatePercentage. */
export const drawnPercent = message(
  'Percent',
  { value: value.optional() },
  {
    mainField: 'value',
    values(fields, report) {
      if (fields.value !== undefined && fields.value > 0 && fields.value < 0.0001) {
        report({ code: 'SB2004', message: `${fields.value} is neither 0 nor at least 0.0001`, at: ['value'] })
      }
    },
  },
)

/** A whole percentage, 0 to 100. */
export const wholePercent = wholeNumber({ from: 0, to: 100 })
