import type { Config, VirtualServiceResource } from '../config/resource.ts'
import type { FieldPath } from '../config/yaml/field-path.ts'
import { remembered, rememberedAs } from '../memory/remembered.ts'
import { fullHostName } from '../resolve/host-name.ts'

type Destination = VirtualServiceResource['spec']['http'][number]['route'][number]['destination']

/** A destination, where it stands, and the way to its fields. */
export interface DestinationReference {
  readonly destination: Destination
  readonly virtualService: VirtualServiceResource
  readonly path: FieldPath
  /** What it gets: a mirror gets copies only, a rule of `tls` or `tcp` whole connections. */
  readonly use: 'request' | 'mirror' | 'connection'
  /** Names the host and the port that it means, as far as they can be told without looking them up. */
  readonly key: string
}

/** All destinations of a VirtualService. */
export const destinationsOf = remembered((virtualService: VirtualServiceResource): DestinationReference[] => {
  const { http, tls, tcp } = virtualService.spec
  const keyOf = ({ host, port }: Destination) => JSON.stringify([virtualService.namespace, host, port ?? null])
  const listed = (
    route: readonly { readonly destination: Destination }[],
    path: FieldPath,
    use: DestinationReference['use'],
  ): DestinationReference[] =>
    route.map(({ destination }, index) => ({
      virtualService,
      destination,
      path: [...path, index, 'destination'],
      use,
      key: keyOf(destination),
    }))
  return [
    ...http.flatMap(({ route, mirror, mirrors }, index) => {
      const rule = ['spec', 'http', index]
      return [
        ...listed(route, [...rule, 'route'], 'request'),
        ...(mirror
          ? [
              {
                virtualService,
                destination: mirror,
                path: [...rule, 'mirror'],
                use: 'mirror' as const,
                key: keyOf(mirror),
              },
            ]
          : []),
        ...listed(mirrors, [...rule, 'mirrors'], 'mirror'),
      ]
    }),
    ...tls.flatMap(({ route }, index) => listed(route, ['spec', 'tls', index, 'route'], 'connection')),
    ...tcp.flatMap(({ route }, index) => listed(route, ['spec', 'tcp', index, 'route'], 'connection')),
  ]
})

/** What a VirtualService names as destinations, each once, where it stands first. */
export const differentDestinations = rememberedAs('destinations', (virtualService: VirtualServiceResource) => {
  const first = new Map<string, Omit<DestinationReference, 'virtualService'>>()
  for (const { virtualService: _, ...reference } of destinationsOf(virtualService)) {
    const key = JSON.stringify([reference.key, reference.destination.subset ?? null])
    if (!first.has(key)) first.set(key, reference)
  }
  return [...first.values()]
})

/** The full names of all hosts that destinations name. */
export function namedHosts({ virtualServices }: Config): ReadonlySet<string> {
  return new Set(virtualServices.flatMap(hostsNamedIn))
}

const hostsNamedIn = rememberedAs('named hosts', (virtualService: VirtualServiceResource) => {
  const { namespace } = virtualService
  return [
    ...new Set(
      differentDestinations(virtualService).map(({ destination }) => fullHostName(destination.host, namespace)),
    ),
  ]
})
