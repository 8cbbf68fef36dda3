import { type Decoded, listOf, message, soundItems } from '../schema/message.ts'
import type { Report } from '../schema/problem.ts'
import { requiredText, requiredTextThat, text, wholeNumber } from '../schema/scalar-field.ts'
import { checkHostOrAddress, isDnsLabel, isPartialWildcard } from './scalar/host.ts'
import { isIpAddress } from './scalar/ip-address.ts'
import { anyLabels } from './scalar/label.ts'
import { isHttpProtocol, isTlsProtocol, protocol } from './scalar/port.ts'
import { serverTls } from './server-tls.ts'
import { checkUnixAddress, isUnixAddress } from './workload-entry.ts'

/** Source: Istio Port. The number may be absent beside a unix socket. */
const port = message(
  'Port',
  {
    number: wholeNumber({ from: 0, to: 65535 }).optional(),
    protocol,
    name: requiredText('the name of the port'),
    targetPort: wholeNumber({ from: 0, to: 65535 }).optional(),
  },
  { deprecated: { targetPort: 'remove it: it has no effect on a Gateway' } },
)

/** A DNS name, `*.suffix`, `*` or an address, perhaps after `namespace/`, `../` or `* /` (without the space). */
const serverHost = requiredTextThat((host, report) => {
  const slash = host.indexOf('/')
  const namespace = slash < 0 ? '*' : host.slice(0, slash)
  const name = host.slice(slash + 1)
  const [scheme] = /^[a-z]+:\/\//i.exec(host) ?? []
  if (scheme !== undefined) {
    const help = `write ${host.slice(scheme.length).replace(/[:/].*$/, '')}`
    report({ code: 'SB2004', message: `"${host}" is a URL, and a server has hosts`, help })
  } else if (slash >= 0 && (namespace === '' || name === '')) {
    report({ code: 'SB2004', message: `"${host}" needs a namespace and a host`, help: 'write `namespace/host`' })
  } else if (namespace !== '*' && namespace !== '.' && !isDnsLabel(namespace)) {
    report({
      code: 'SB2004',
      message: `"${namespace}" is not a namespace`,
      help: 'write `*`, `.` or a name before the slash',
    })
  } else if (isPartialWildcard(name) && name.startsWith('*')) {
    report({
      code: 'SB2004',
      message: `"${name}" is not a wildcard that a Gateway accepts`,
      help: 'write *.example.com',
    })
  } else if (name !== '' && name !== '*' && !name.includes('.') && !name.includes(':')) {
    report({
      code: 'SB2004',
      message: `"${name}" is a short name`,
      help: 'write the full name, such as shop.example.com',
    })
  } else checkHostOrAddress(name, report)
})

/** Source: Istio Server, validateServer. */
const server = message(
  'Server',
  {
    port,
    hosts: listOf(serverHost),
    tls: serverTls.optional(),
    name: text.optional(),
    bind: text.optional(),
    defaultEndpoint: text.optional(),
  },
  {
    needs: [{ oneOf: ['hosts'], message: 'a server needs `hosts`' }],
    between(fields, report, isSound) {
      if (isSound('port') && isSound('bind')) checkPort(fields, report)
      if (isSound('port') && isSound('tls')) checkTls(fields, report)
    },
  },
)

/** Source: Istio Gateway, ValidateGateway. */
export const gateway = message(
  'Gateway',
  { servers: listOf(server), selector: anyLabels },
  {
    needs: [{ oneOf: ['servers'], message: 'a Gateway needs `servers`' }],
    between(fields, report, isSound) {
      const names = new Set<string>()
      for (const [index, each] of soundItems(fields.servers, 'servers', isSound)) {
        if (names.has(each.port.name)) {
          report({
            code: 'SB2005',
            message: `two servers have a port called "${each.port.name}"`,
            help: 'give each port its own name',
            at: ['servers', index, 'port', 'name'],
          })
        }
        names.add(each.port.name)
      }
    },
  },
)

export type Gateway = Decoded<typeof gateway>
export type GatewayServer = Decoded<typeof server>

function checkPort({ port: { number = 0, targetPort }, bind = '' }: GatewayServer, report: Report): void {
  if (isUnixAddress(bind)) {
    checkUnixAddress(bind, problem => report({ ...problem, at: ['bind'] } as typeof problem))
    if (number > 0)
      report({ code: 'SB2005', message: 'a unix socket has no port number', at: ['port'], meansKey: true })
  } else {
    if (bind !== '' && !isIpAddress(bind)) {
      report({ code: 'SB2004', message: `"${bind}" is not an IP address`, at: ['bind'] })
    }
    if (number === 0) {
      const message = 'a port needs a `number` from 1 to 65535'
      report({ code: 'SB2004', message, at: ['port', 'number'], missed: ['number'] })
    }
  }
  if (targetPort) {
    const message = '`targetPort` has no effect on a Gateway'
    report({ code: 'SB2004', message, help: 'remove it', at: ['port', 'targetPort'], meansKey: true })
  }
}

function checkTls({ port: { protocol: name }, tls }: GatewayServer, report: Report): void {
  if (isTlsProtocol(name)) {
    if (tls === undefined) {
      report({
        code: 'SB2003',
        message: `a server with \`protocol: ${name}\` needs \`tls\``,
        help: 'add `tls: {mode: SIMPLE, credentialName: NAME}`',
        missed: ['tls'],
      })
    }
    return
  }
  if (tls === undefined) return
  const passes = tls.mode === undefined || tls.mode === 'PASSTHROUGH' || tls.mode === 'AUTO_PASSTHROUGH'
  const isRedirect = passes && !tls.caCertificates && !tls.privateKey && !tls.serverCertificate
  if (isHttpProtocol(name) && isRedirect) return
  report({
    code: 'SB2005',
    message: `a server with \`protocol: ${name}\` has no \`tls\``,
    help: isHttpProtocol(name) ? 'write `protocol: HTTPS`, or keep only `httpsRedirect`' : 'write `protocol: TLS`',
    at: ['tls'],
    meansKey: true,
  })
}
