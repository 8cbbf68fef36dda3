import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../diagnostics/span.ts'
import { istioGroup } from './istio/api-group.ts'
import { splitApiVersion } from './resource-type.ts'

/** A resource of a kind that is not read. */
export interface IgnoredResource {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string | undefined
  readonly namespace: string
  /** Of an Ingress: whose it is. */
  readonly ingressClass?: string | undefined
}

type Reason = Required<Pick<Diagnostic, 'why' | 'help'>>

const route: Reason = {
  why: 'what it routes is not served here',
  help: 'write it as a VirtualService, and its listeners as a Gateway of networking.istio.io/v1',
}
const guard: Reason = {
  why: 'what it forbids is allowed here',
  help: 'enforce it in front of the gateway, or at the origins',
}
const change: Reason = {
  why: 'what it changes stays as it is',
  help: 'apply it before the files get here, or use the fields of a VirtualService or a Gateway instead',
}

/** Kinds that would route, guard or change traffic, by their group. */
const missed: Readonly<Record<string, Readonly<Record<string, Reason>>>> = {
  'gateway.networking.k8s.io': {
    Gateway: route,
    HTTPRoute: route,
    GRPCRoute: route,
    TLSRoute: route,
    TCPRoute: route,
    UDPRoute: route,
  },
  'networking.k8s.io': { Ingress: route },
  extensions: { Ingress: route },
  'security.istio.io': { AuthorizationPolicy: guard, RequestAuthentication: guard },
  [istioGroup]: { EnvoyFilter: change },
  'extensions.istio.io': { WasmPlugin: change },
  'kustomize.config.k8s.io': { Kustomization: change },
}

/** Says that a resource is not read: a warning where it would route, guard or change traffic (SB1016), else SB1007. */
export function diagnoseIgnored(
  { apiVersion, kind, name, namespace, ingressClass }: IgnoredResource,
  span: Span,
): Diagnostic {
  const { group } = splitApiVersion(apiVersion)
  const ofGroup = Object.hasOwn(missed, group) ? missed[group]! : {}
  // Istio serves an Ingress of its class only; any other one has a controller of its own.
  const isOthers = kind === 'Ingress' && ingressClass !== 'istio'
  const reason = Object.hasOwn(ofGroup, kind) && !isOthers ? ofGroup[kind] : undefined
  const title = `the ${kind}${name === undefined ? '' : ` "${name}"`} of ${apiVersion}`
  const facts = { span, ...(name !== undefined && { resource: `${kind} ${namespace}/${name}` }) }
  if (!reason) {
    return diagnose('SB1007', {
      message: `${title} is ignored`,
      why: "Signalbox runs Istio's traffic rules only",
      ...facts,
    })
  }
  return diagnose('SB1016', { message: `${title} is not read`, ...reason, ...facts })
}
