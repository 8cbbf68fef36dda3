import { z } from 'zod'
import { enumeration } from '../schema/enumeration.ts'
import { type Decoded, message } from '../schema/message.ts'
import { int32Max, wholeNumber } from '../schema/scalar-field.ts'
import { retry } from './route/retry.ts'

/** Source: Istio MeshConfig.ProxyPathNormalization. */
const pathNormalization = message(
  'ProxyPathNormalization',
  {
    normalization: enumeration({
      DEFAULT: 0,
      NONE: 1,
      BASE: 2,
      MERGE_SLASHES: 3,
      DECODE_AND_MERGE_SLASHES: 4,
    }).optional(),
  },
  { mainField: 'normalization' },
)

const unread = z.unknown().optional()

/** Where gateways stand. Source: Istio Topology. */
const gatewayTopology = message(
  'Topology',
  {
    numTrustedProxies: wholeNumber({ from: 0, to: int32Max }).optional(),
    forwardClientCertDetails: unread,
    proxyProtocol: unread,
  },
  { mainField: 'numTrustedProxies' },
)

/** Most of it is about the process that Envoy is: it is taken as it stands. Source: Istio ProxyConfig. */
const proxyConfig = message('ProxyConfig', { gatewayTopology: gatewayTopology.optional() }, { isOpen: true })

/** The fields of MeshConfig that are known but read no further. */
const otherFields = [
  'accessLogEncoding',
  'accessLogFile',
  'accessLogFormat',
  'ca',
  'caCertificates',
  'certificates',
  'compliancePolicy',
  'configSources',
  'connectTimeout',
  'defaultDestinationRuleExportTo',
  'defaultProviders',
  'defaultServiceExportTo',
  'defaultVirtualServiceExportTo',
  'disableEnvoyListenerLog',
  'discoverySelectors',
  'dnsRefreshRate',
  'enableAutoMtls',
  'enableEnvoyAccessLogService',
  'enablePrometheusMerge',
  'enableTracing',
  'extensionProviders',
  'h2UpgradePolicy',
  'hboneIdleTimeout',
  'inboundClusterStatName',
  'inboundTrafficPolicy',
  'ingressClass',
  'ingressControllerMode',
  'ingressSelector',
  'ingressService',
  'localityLbSetting',
  'meshMTLS',
  'outboundClusterStatName',
  'outboundTrafficPolicy',
  'protocolDetectionTimeout',
  'proxyHttpPort',
  'proxyInboundListenPort',
  'proxyListenPort',
  'rootNamespace',
  'serviceScopeConfigs',
  'serviceSettings',
  'tcpKeepalive',
  'thriftConfig',
  'tlsDefaults',
  'trustDomain',
  'trustDomainAliases',
  'verifyCertificateAtClient',
]

/** What `mesh.yaml` holds: a fragment of Istio's MeshConfig. */
export const meshConfig = message('MeshConfig', {
  pathNormalization: pathNormalization.optional(),
  defaultHttpRetryPolicy: retry.optional(),
  defaultConfig: proxyConfig.optional(),
  ...(Object.fromEntries(otherFields.map(field => [field, unread])) as Record<never, never>),
})

export type MeshConfig = Decoded<typeof meshConfig>
