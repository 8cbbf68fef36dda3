import { listOf } from '../../schema/message.ts'
import { requiredTextThat } from '../../schema/scalar-field.ts'
import { checkHost, isDnsLabel } from './host.ts'

/** `mesh`, `name` or `namespace/name`. Source: Istio validateGatewayNames. */
const gatewayName = requiredTextThat((name, report) => {
  const slash = name.indexOf('/')
  if (slash < 0) return checkHost(name, report)
  const parts = [name.slice(0, slash), name.slice(slash + 1)]
  if (parts.some(part => part === '')) {
    report({ code: 'SB2004', message: `"${name}" needs a namespace and a name`, help: 'write `namespace/name`' })
  } else if (!parts.every(isDnsLabel)) {
    report({
      code: 'SB2004',
      message: `"${name}" is not the name of a Gateway`,
      help: 'namespace and name are letters, digits and inner hyphens',
    })
  }
})

/** Names of Gateways. */
export const gatewayNames = listOf(gatewayName)
