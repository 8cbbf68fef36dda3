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
