import type { HeaderFields } from '../platform.ts'

/** Counts the gateways of this kind that a request has come through. It is taken out before rules see it. */
export const hopHeader = 'x-signalbox-hop'

/** A chain of regional and central gateways is shorter than this; a loop is not. */
export const maxHops = 8

/** The gateways that a request has come through before this one. */
export function hopsBefore(headers: Pick<HeaderFields, 'get'>): number {
  const text = headers.get(hopHeader)
  if (text === null) return 0
  // What is no number was not written by a gateway; it can only be meant to hide a loop.
  return /^\d{1,3}$/.test(text) ? Number(text) : maxHops
}
