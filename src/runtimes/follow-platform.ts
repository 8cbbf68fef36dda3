import type { FollowPlatform } from '../store/followed-table.ts'

/** What following a store takes, by the web's own means, which all runtimes have. */
export const followPlatform: FollowPlatform = {
  now: () => Date.now(),
  startTimer(durationMs, onElapsed) {
    const timer = setTimeout(onElapsed, durationMs)
    return () => clearTimeout(timer)
  },
  async sha256(bytes) {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  },
  async verify(publicKey, signature, bytes) {
    const spki = publicKey as Uint8Array<ArrayBuffer>
    // Some 32 bytes are no point of the curve.
    const key = await crypto.subtle.importKey('spki', spki, 'Ed25519', false, ['verify']).catch(() => undefined)
    if (!key) return false
    return crypto.subtle.verify('Ed25519', key, signature as Uint8Array<ArrayBuffer>, bytes as Uint8Array<ArrayBuffer>)
  },
}
