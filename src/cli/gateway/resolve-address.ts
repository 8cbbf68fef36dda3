import { lookup } from 'node:dns/promises'
import { describeSystemError } from '../terminal/system-error.ts'

/** The numeric address that a host to listen on stands for, or why it stands for none. */
export type Resolution =
  | { readonly kind: 'resolved'; readonly address: string }
  | { readonly kind: 'unusable'; readonly reason: string }

/** Resolves `localhost`, say, once: to the first address that the system names. An address stands for itself. */
export async function resolveAddress(host: string): Promise<Resolution> {
  try {
    return { kind: 'resolved', address: (await lookup(host)).address }
  } catch (error) {
    const reason = describeSystemError(error)
    if (reason === undefined) throw error
    return { kind: 'unusable', reason }
  }
}
