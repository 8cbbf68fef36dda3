import { type Decoded, mapOf, message } from '../schema/message.ts'
import type { Report } from '../schema/problem.ts'
import { text, textThat, uint32Max, wholeNumber } from '../schema/scalar-field.ts'
import { isDnsLabel, isDnsName } from './scalar/host.ts'
import { isIpAddress } from './scalar/ip-address.ts'
import { labels } from './scalar/label.ts'
import { portNumber } from './scalar/port.ts'

const unixPrefix = 'unix://'

/** Ports by name, as endpoints number them. */
const endpointPorts = mapOf(portNumber, checkPortName)

/** An endpoint, alone or in a ServiceEntry. Source: Istio WorkloadEntry, validateWorkloadEntry. */
export const workloadEntry = message(
  'WorkloadEntry',
  {
    address: textThat(checkAddress).optional(),
    ports: endpointPorts,
    labels,
    network: text.optional(),
    locality: text.optional(),
    weight: wholeNumber({ from: 0, to: uint32Max }).optional(),
    serviceAccount: text.optional(),
  },
  {
    mainField: 'address',
    values({ address, network, ports }, report) {
      if (!address && !network) report({ code: 'SB2003', message: '`address` is missing', missed: ['address'] })
      if (isUnixAddress(address) && Object.keys(ports).length > 0) {
        report({ code: 'SB2005', message: 'a unix socket has no `ports`', at: ['ports'], meansKey: true })
      }
    },
  },
)

export type WorkloadEntry = Decoded<typeof workloadEntry>

/** Whether the address of an endpoint is a unix socket. */
export function isUnixAddress(address: string | undefined): boolean {
  return address?.startsWith(unixPrefix) ?? false
}

/** Reports what is wrong with the path in `address`, which starts with `unix://`. Source: ValidateUnixAddress. */
export function checkUnixAddress(address: string, report: Report): void {
  const path = address.slice(unixPrefix.length)
  if (path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/'))) return
  report({
    code: 'SB2004',
    message: `"${path}" is not the absolute path of a socket`,
    help: 'write unix:///path/to/socket',
  })
}

/** The name of a port: a DNS label. Source: Istio ValidatePortName. */
export function checkPortName(name: string, report: Report): void {
  if (isDnsLabel(name)) return
  report({
    code: 'SB2004',
    message: `"${name}" is not the name of a port`,
    help: 'write letters, digits and inner hyphens',
  })
}

function checkAddress(address: string, report: Report): void {
  if (isUnixAddress(address)) checkUnixAddress(address, report)
  else if (address !== '' && !isIpAddress(address) && !isDnsName(address)) {
    const isUrl = /^[a-z]+:\/\//i.test(address)
    report({
      code: 'SB2004',
      message: `"${address}" is neither an IP address nor a host`,
      help: isUrl
        ? 'write the host alone, without scheme and path'
        : 'write an IP address or a DNS name, without a port',
    })
  }
}
