/** The API group of Istio's traffic rules. */
export const istioGroup = 'networking.istio.io'

/** Its versions, which are read alike; the newest first. */
export const istioVersions = ['v1', 'v1beta1', 'v1alpha3'] as const

/** Its kinds that are known, and not read here. */
export const istioIgnoredKinds = [
  'EnvoyFilter',
  'ProxyConfig',
  'ServiceDependency',
  'Sidecar',
  'WorkloadGroup',
] as const
