import { enumeration } from '../../schema/enumeration.ts'
import { listOf, message } from '../../schema/message.ts'
import { decimalNumber, requiredTextThat, uint32Max, wholeNumber, wordOf } from '../../schema/scalar-field.ts'
import { durationOrZero } from '../scalar/duration.ts'
import { isDnsName } from '../scalar/host.ts'
import { isIpAddress } from '../scalar/ip-address.ts'
import { portNumber, portSelector } from '../scalar/port.ts'
import { clientTls } from './client-tls.ts'
import { connectionPool } from './connection-pool.ts'
import { loadBalancer } from './load-balancer.ts'
import { outlierDetection } from './outlier-detection.ts'

const parts = {
  loadBalancer: loadBalancer.optional(),
  connectionPool: connectionPool.optional(),
  outlierDetection: outlierDetection.optional(),
  tls: clientTls.optional(),
}
const partNames = ['loadBalancer', 'connectionPool', 'outlierDetection', 'tls'] as const

/** Source: Istio TrafficPolicy.PortTrafficPolicy. */
const portTrafficPolicy = message(
  'TrafficPolicy.PortTrafficPolicy',
  { port: portSelector, ...parts },
  {
    needs: [{ oneOf: partNames, message: 'the policy of a port needs at least one setting' }],
  },
)

/** Source: Istio TrafficPolicy.TunnelSettings. */
const tunnel = message('TrafficPolicy.TunnelSettings', {
  protocol: wordOf(['CONNECT', 'POST'], (name, report) => {
    if (name !== '') {
      report({ code: 'SB2004', message: `"${name}" is not a tunnel protocol`, help: 'write CONNECT or POST' })
    }
  }).optional(),
  targetHost: requiredTextThat((host, report) => {
    if (!isIpAddress(host) && !isDnsName(host)) {
      report({ code: 'SB2004', message: `"${host}" is neither a host nor an address` })
    }
  }),
  targetPort: portNumber,
})

/** Source: Istio TrafficPolicy.RetryBudget. */
const retryBudget = message('TrafficPolicy.RetryBudget', {
  percent: decimalNumber({ from: 0, to: 100 }).optional(),
  minRetryConcurrency: wholeNumber({ from: 0, to: uint32Max }).optional(),
  budgetInterval: durationOrZero.optional(),
})

/** Source: Istio TrafficPolicy, validateTrafficPolicy. */
export const trafficPolicy = message(
  'TrafficPolicy',
  {
    ...parts,
    portLevelSettings: listOf(portTrafficPolicy),
    tunnel: tunnel.optional(),
    proxyProtocol: message('TrafficPolicy.ProxyProtocol', {
      version: enumeration({ V1: 0, V2: 1 }).optional(),
    }).optional(),
    retryBudget: retryBudget.optional(),
  },
  {
    needs: [
      {
        oneOf: [...partNames, 'portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget'],
        message: 'a traffic policy needs at least one setting',
      },
    ],
    presence(has, report) {
      if (has('tunnel') && has('proxyProtocol')) {
        const message = '`tunnel` and `proxyProtocol` exclude each other'
        report({ code: 'SB2005', message, at: ['proxyProtocol'], meansKey: true })
      }
    },
  },
)
