import { message } from '../../schema/message.ts'
import { requiredText, text } from '../../schema/scalar-field.ts'

/** The VirtualService to take routes from; without a namespace, one in the namespace of the root. */
export const delegate = message(
  'Delegate',
  { name: requiredText('the name of the delegate'), namespace: text.optional() },
  { mainField: 'name' },
)
