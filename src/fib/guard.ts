/**
 * What a client has to be admitted by before any route is looked at; where a listener has several, by each of them. Both
 * planes read this form: the table carries it, the reference walks it.
 */
export type Guard = ClientCertificateGuard

/** Asks for a client certificate. One that the runtime does not vouch for is none. */
export interface ClientCertificateGuard {
  readonly kind: 'client-certificate'
  /** Whether a client without one is refused. */
  readonly isRequired: boolean
  /** The SHA-256 of those that are admitted, in normal form (`normalizeFingerprint`); absent where all are. */
  readonly hashes?: readonly string[]
}

/**
 * The SHA-256 of a certificate in the form in which it is compared: 64 hexadecimal digits in lower case. Undefined
 * where the text is none.
 *
 * @param written perhaps with colons between the bytes, as `openssl` prints it
 */
export function normalizeFingerprint(written: string): string | undefined {
  const digits = written.replaceAll(':', '').toLowerCase()
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined
}

/** A guard as the table carries it: in one order, so that the order in which it was written changes nothing. */
export function inCanonicalOrder({ kind, isRequired, hashes }: Guard): Guard {
  return { kind, isRequired, ...(hashes && { hashes: [...hashes].sort() }) }
}
