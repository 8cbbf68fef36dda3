import { type ClientCertificateGuard, type Guard, normalizeFingerprint } from '../../fib/guard.ts'
import type { RequestHead } from '../../fib/request-head.ts'

/** Why a guard does not admit a client: it admits nobody, or not without a certificate, or not with the one shown. */
export type GuardFault =
  | { readonly kind: 'closed' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-named'; readonly shown: string | undefined; readonly named: readonly string[] }

/** Why the first of the guards that do not admit a client does not; undefined where all do: what the table is held to. */
export function guardFault(guards: readonly Guard[], head: RequestHead): GuardFault | undefined {
  for (const guard of guards) {
    const fault = faultAt(guard, head)
    if (fault) return fault
  }
  return undefined
}

function faultAt(guard: Guard, head: RequestHead): GuardFault | undefined {
  switch (guard.kind) {
    case 'client-certificate':
      return certificateFault(guard, head)
    default:
      return guard.kind satisfies never
  }
}

function certificateFault(
  { isRequired, hashes: named }: ClientCertificateGuard,
  { client = {} }: RequestHead,
): GuardFault | undefined {
  if (isRequired && named?.length === 0) return { kind: 'closed' }
  if (client['cert-verified'] !== 'true') return isRequired ? { kind: 'missing' } : undefined
  if (named === undefined) return undefined
  const shown = normalizeFingerprint(client['cert-sha256'] ?? '')
  return shown !== undefined && named.includes(shown) ? undefined : { kind: 'not-named', shown, named }
}
