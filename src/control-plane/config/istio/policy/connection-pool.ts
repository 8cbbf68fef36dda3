import { enumeration } from '../../schema/enumeration.ts'
import { message } from '../../schema/message.ts'
import { int32Max, truth, uint32Max, wholeNumber } from '../../schema/scalar-field.ts'
import { duration, durationOrOff } from '../scalar/duration.ts'

const count = wholeNumber({ from: 0, to: int32Max })

/** Source: Istio ConnectionPoolSettings.TCPSettings. */
const tcp = message('ConnectionPoolSettings.TCPSettings', {
  maxConnections: count.optional(),
  connectTimeout: duration.optional(),
  tcpKeepalive: message('ConnectionPoolSettings.TCPSettings.TcpKeepalive', {
    probes: wholeNumber({ from: 0, to: uint32Max }).optional(),
    time: duration.optional(),
    interval: duration.optional(),
  }).optional(),
  maxConnectionDuration: duration.optional(),
  idleTimeout: durationOrOff.optional(),
})

/** Source: Istio ConnectionPoolSettings.HTTPSettings. */
const http = message(
  'ConnectionPoolSettings.HTTPSettings',
  {
    http1MaxPendingRequests: count.optional(),
    http2MaxRequests: count.optional(),
    maxRequestsPerConnection: count.optional(),
    maxRetries: count.optional(),
    idleTimeout: durationOrOff.optional(),
    h2UpgradePolicy: enumeration({ DEFAULT: 0, DO_NOT_UPGRADE: 1, UPGRADE: 2 }).optional(),
    useClientProtocol: truth.optional(),
    maxConcurrentStreams: count.optional(),
    http2KeepAlive: message('ConnectionPoolSettings.HTTPSettings.HTTP2KeepAlive', {
      interval: duration,
      timeout: duration,
    }).optional(),
  },
  {
    values({ h2UpgradePolicy, useClientProtocol }, report) {
      if (h2UpgradePolicy !== 'UPGRADE' || !useClientProtocol) return
      const message = '`useClientProtocol` and `h2UpgradePolicy: UPGRADE` exclude each other'
      report({ code: 'SB2005', message, at: ['useClientProtocol'], meansKey: true })
    },
  },
)

/** Source: Istio ConnectionPoolSettings, validateConnectionPool. */
export const connectionPool = message(
  'ConnectionPoolSettings',
  { tcp: tcp.optional(), http: http.optional() },
  {
    needs: [{ oneOf: ['tcp', 'http'], message: 'a connection pool needs `tcp` or `http`' }],
  },
)
