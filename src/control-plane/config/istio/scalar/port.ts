import { message } from '../../schema/message.ts'
import { scalarField, wholeNumber } from '../../schema/scalar-field.ts'

/** A TCP port. */
export const portNumber = wholeNumber({ from: 1, to: 65535 })

const portOrZero = wholeNumber({ from: 0, to: 65535, leastUseful: 1 })

/** A TCP port where 0 is the same as none, as protobuf has it. */
export const optionalPort = portOrZero.transform(port => (port === 0 ? undefined : port)).optional()

/** Source: Istio PortSelector. */
export const portSelector = message('PortSelector', { number: portNumber }, { mainField: 'number' })

/** The protocols that a port may name, those first that are meant most. */
const protocols = [
  'HTTP',
  'HTTP2',
  'HTTPS',
  'TLS',
  'TCP',
  'GRPC',
  'GRPC-WEB',
  'MONGO',
  'MYSQL',
  'REDIS',
  'UDP',
  'HTTP_PROXY',
  'HBONE',
  'DOUBLE-HBONE',
  'AUTO',
] as const

/** A protocol as a port names it, in capitals whatever the YAML has. */
export type Protocol = (typeof protocols)[number]

const anyCase = { type: 'string', enum: protocols, isAnyCase: true } as const

/** Source: Istio protocol.Parse, which does not look at letter case. */
export const protocol = scalarField<Protocol | undefined>(anyCase, (written, report) => {
  if (typeof written !== 'string') {
    report({ code: 'SB2002', expected: 'text' })
    return undefined
  }
  const known = protocols.find(each => each === written.toUpperCase())
  if (known === undefined && written !== '') {
    report({
      code: 'SB2004',
      message: `"${written}" is not a protocol`,
      help: 'write one of HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, MYSQL, REDIS',
    })
  }
  return known
})

/** Whether Istio looks for HTTP in the bytes of such a port. */
export function isHttpProtocol(protocol: Protocol | undefined): boolean {
  return ['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY'].includes(protocol ?? '')
}

/** Whether such a port carries TLS. */
export function isTlsProtocol(protocol: Protocol | undefined): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS'
}
