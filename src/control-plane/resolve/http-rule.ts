import type { VirtualServiceResource } from '../config/resource.ts'

/** A rule of `spec.http`. */
export type HttpRule = VirtualServiceResource['spec']['http'][number]
/** One of its `match` blocks. */
export type HttpMatch = HttpRule['match'][number]

/** Istio ignores these names among headers: they have conditions of their own. */
export function isPseudoHeader(name: string): boolean {
  return name === 'uri' || name === 'scheme' || name === 'method' || name === 'authority'
}

/** The fields of a match that hold a string match for each of several names. */
export const namedMatchFields = ['headers', 'withoutHeaders', 'queryParams'] as const
