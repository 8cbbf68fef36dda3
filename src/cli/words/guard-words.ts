import type { Guard } from '../../fib/guard.ts'

/** What the guards of a kind are called. */
export const guardTitles = { 'client-certificate': 'client certificates' } as const satisfies Record<
  Guard['kind'],
  string
>

/** What a guard asks for, one thing a line. */
export function guardLines(guard: Guard): readonly string[] {
  switch (guard.kind) {
    case 'client-certificate':
      return [
        ...(guard.isRequired ? ['required'] : []),
        // An empty list admits no certificate, no list every verified one.
        ...(guard.hashes ? ['only those named', ...guard.hashes.map(hash => `sha256 ${hash}`)] : []),
      ]
    default:
      return guard.kind satisfies never
  }
}

/** What is said of a listener where a guard of a kind does not admit the client. */
export const refusedByGuard = {
  'client-certificate': 'it admits no client without a certificate',
} as const satisfies Record<Guard['kind'], string>
