import { enumeration } from '../schema/enumeration.ts'
import { type Decoded, listOf, message } from '../schema/message.ts'
import type { Report } from '../schema/problem.ts'
import { requiredTextThat, text } from '../schema/scalar-field.ts'
import { subnet } from './route/l4-route.ts'
import { exportTo } from './scalar/export-to.ts'
import { checkHost, isDnsName } from './scalar/host.ts'
import { isIpAddress } from './scalar/ip-address.ts'
import { selectorLabels } from './scalar/label.ts'
import { isHttpProtocol, isTlsProtocol, optionalPort, portNumber, protocol } from './scalar/port.ts'
import { checkPortName, isUnixAddress, workloadEntry } from './workload-entry.ts'

/** Source: Istio ServicePort. */
const servicePort = message('ServicePort', {
  number: portNumber,
  protocol: protocol.optional(),
  name: requiredTextThat(checkPortName),
  targetPort: optionalPort,
})

const entryHost = requiredTextThat((host, report) => {
  if (host === '*')
    report({ code: 'SB2004', message: 'a ServiceEntry cannot be for the host `*`', help: 'name the hosts' })
  else checkHost(host, report)
})

/** Source: Istio ServiceEntry, ValidateServiceEntry. Without a resolution it is NONE; without a location, external. */
export const serviceEntry = message(
  'ServiceEntry',
  {
    hosts: listOf(entryHost),
    addresses: listOf(subnet),
    ports: listOf(servicePort),
    location: enumeration({ MESH_EXTERNAL: 0, MESH_INTERNAL: 1 }).optional(),
    resolution: enumeration({ NONE: 0, STATIC: 1, DNS: 2, DNS_ROUND_ROBIN: 3, DYNAMIC_DNS: 4 }).optional(),
    endpoints: listOf(workloadEntry),
    workloadSelector: message('WorkloadSelector', { labels: selectorLabels }).optional(),
    exportTo,
    subjectAltNames: listOf(text),
  },
  {
    needs: [{ oneOf: ['hosts'], message: 'a ServiceEntry needs `hosts`' }],
    presence(has, report) {
      if (has('workloadSelector') && has('endpoints')) {
        const message = '`workloadSelector` and `endpoints` exclude each other'
        report({ code: 'SB2005', message, at: ['endpoints'], meansKey: true })
      }
    },
    between(entry, report, isSound) {
      if (!isSound('ports') || !isSound('resolution')) return
      if (isSound('hosts')) checkPorts(entry, report)
      if (isSound('endpoints')) checkEndpoints(entry, report)
      if (isSound('hosts') && isSound('endpoints') && isSound('addresses')) checkResolution(entry, report)
    },
  },
)

export type ServiceEntry = Decoded<typeof serviceEntry>

function checkPorts({ ports, hosts, resolution = 'NONE' }: ServiceEntry, report: Report): void {
  const names = new Set<string>()
  const numbers = new Set<number>()
  for (const [index, { name, number }] of ports.entries()) {
    if (names.has(name)) {
      const help = 'give each port a different name'
      report({ code: 'SB2005', message: `the port name "${name}" is used twice`, help, at: ['ports', index, 'name'] })
    }
    if (numbers.has(number)) {
      const help = 'remove it, or give it another number'
      report({ code: 'SB2005', message: `the port ${number} is listed twice`, help, at: ['ports', index, 'number'] })
    }
    names.add(name)
    numbers.add(number)
  }
  const plain = ports.findIndex(port => !isHttpProtocol(port.protocol) && !isTlsProtocol(port.protocol))
  if (resolution === 'NONE' || hosts.length < 2 || plain < 0) return
  report({
    code: 'SB2005',
    message: 'several hosts cannot share a port that is neither HTTP nor TLS',
    why: 'plain TCP does not name its host',
    help: 'write one ServiceEntry for each host, or name the protocol of the port',
    at: ['hosts'],
    meansKey: true,
  })
}

function checkEndpoints({ endpoints, ports, resolution = 'NONE' }: ServiceEntry, report: Report): void {
  const names = new Set(ports.map(port => port.name))
  for (const [index, endpoint] of endpoints.entries()) {
    const path = ['endpoints', index] as const
    for (const name of Object.keys(endpoint.ports)) {
      if (names.has(name)) continue
      const help = names.size > 0 ? `write one of ${[...names].join(', ')}` : 'add `ports` to the ServiceEntry'
      report({
        code: 'SB2004',
        message: `no port of this ServiceEntry is called "${name}"`,
        help,
        at: [...path, 'ports', name],
        meansKey: true,
      })
    }
    if (!isUnixAddress(endpoint.address)) {
      if (resolution === 'STATIC' && endpoint.address && !isIpAddress(endpoint.address)) {
        report({
          code: 'SB2004',
          message: `"${endpoint.address}" is not an IP address, and \`resolution: STATIC\` resolves no names`,
          help: 'write `resolution: DNS`',
          at: [...path, 'address'],
        })
      }
      continue
    }
    if (resolution !== 'STATIC') {
      report({ code: 'SB2004', message: 'a unix socket needs `resolution: STATIC`', at: [...path, 'address'] })
    } else if (ports.length !== 1) {
      report({ code: 'SB2004', message: 'a unix socket needs exactly one service port', at: [...path, 'address'] })
    }
  }
}

/** What each way of resolving asks of the hosts, addresses and endpoints. */
function checkResolution(entry: ServiceEntry, report: Report): void {
  const { hosts, addresses, endpoints, resolution = 'NONE' } = entry
  const usesDns = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN'
  const block = addresses.findIndex(address => address.includes('/'))
  if (block >= 0 && resolution !== 'NONE' && resolution !== 'STATIC') {
    report({
      code: 'SB2004',
      message: `a CIDR block cannot be combined with \`resolution: ${resolution}\``,
      at: ['addresses', block],
    })
  }
  if (endpoints.length > 0 && (resolution === 'NONE' || resolution === 'DYNAMIC_DNS')) {
    report({
      code: 'SB2005',
      message: `\`endpoints\` need another resolution than ${resolution}`,
      missed: ['resolution'],
      help: 'write `resolution: STATIC` for addresses, or `DNS` for host names',
      at: ['endpoints'],
      meansKey: true,
    })
  }
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) {
    report({
      code: 'SB2004',
      message: '`resolution: DNS_ROUND_ROBIN` allows at most one endpoint',
      help: 'write `resolution: DNS`',
      at: ['endpoints'],
      meansKey: true,
    })
  }
  for (const [index, host] of hosts.entries()) {
    if (usesDns && endpoints.length === 0 && !isDnsName(host)) {
      report({
        code: 'SB2004',
        message: `"${host}" cannot be resolved: it is a wildcard`,
        help: 'add `endpoints`, or write `resolution: DYNAMIC_DNS`',
        at: ['hosts', index],
      })
    }
    if (resolution === 'DYNAMIC_DNS' && !host.startsWith('*')) {
      report({
        code: 'SB2004',
        message: `\`resolution: DYNAMIC_DNS\` is for wildcard hosts, and "${host}" is not a wildcard`,
        help: 'write `resolution: DNS`',
        at: ['hosts', index],
      })
    }
  }
  if (resolution === 'DYNAMIC_DNS') checkDynamicDns(entry, report)
}

function checkDynamicDns({ addresses, ports }: ServiceEntry, report: Report): void {
  if (addresses.length > 0) {
    const message = '`addresses` cannot be combined with `resolution: DYNAMIC_DNS`'
    report({ code: 'SB2005', message, at: ['addresses'], meansKey: true })
  }
  for (const [index, port] of ports.entries()) {
    if (isHttpProtocol(port.protocol) || isTlsProtocol(port.protocol)) continue
    report({
      code: 'SB2004',
      message: '`resolution: DYNAMIC_DNS` is for HTTP and TLS ports',
      at: ['ports', index],
    })
  }
}
