import { listOf, message } from '../../schema/message.ts'
import { requiredTextThat, text } from '../../schema/scalar-field.ts'
import { gatewayNames } from '../scalar/gateway-name.ts'
import { isIpSubnet } from '../scalar/ip-address.ts'
import { labels } from '../scalar/label.ts'
import { optionalPort } from '../scalar/port.ts'
import { checkWeights, weight } from '../scalar/weight.ts'
import { destination } from './destination.ts'

/** An address or a CIDR block. Source: Istio ValidateIPSubnet. */
export const subnet = requiredTextThat((written, report) => {
  if (!isIpSubnet(written)) {
    report({
      code: 'SB2004',
      message: `"${written}" is not an address or CIDR block`,
      help: 'write for example 10.0.0.0/8',
    })
  }
})

const l4Match = {
  destinationSubnets: listOf(subnet),
  port: optionalPort,
  sourceLabels: labels,
  gateways: gatewayNames,
  sourceNamespace: text.optional(),
}

const routeDestination = message(
  'RouteDestination',
  { destination, weight: weight.optional() },
  { mainField: 'destination' },
)

const route = listOf(routeDestination)

/** Source: Istio TLSRoute. The SNI hosts are held against the hosts of the VirtualService there. */
export const tlsRoute = message(
  'TLSRoute',
  { match: listOf(message('TLSMatchAttributes', { sniHosts: listOf(text), ...l4Match })), route },
  {
    needs: [
      { oneOf: ['match'], message: 'a TLS rule needs `match` with SNI hosts' },
      { oneOf: ['route'], message: 'a TLS rule needs `route`' },
    ],
    between: (rule, report, isSound) => isSound('route') && checkWeights('route', rule.route, report),
  },
)

/** Source: Istio TCPRoute. */
export const tcpRoute = message(
  'TCPRoute',
  { match: listOf(message('L4MatchAttributes', { ...l4Match, sourceSubnet: text.optional() })), route },
  {
    needs: [{ oneOf: ['route'], message: 'a TCP rule needs `route`' }],
    between: (rule, report, isSound) => isSound('route') && checkWeights('route', rule.route, report),
  },
)
