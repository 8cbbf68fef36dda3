import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Sign } from '../../store/pointer.ts'
import { describeSystemError } from '../terminal/system-error.ts'

/** Where a key may stand if no file is named: its PEM. */
const keyVariable = 'SIGNALBOX_SIGNING_KEY'

/** An Ed25519 key pair. */
export interface SigningKey {
  readonly sign: Sign
  /** SPKI, DER. */
  readonly publicKey: Uint8Array
}

export type KeyReading =
  | { readonly kind: 'key'; readonly key: SigningKey }
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly reason: string }

/** The Ed25519 key that versions are signed with: in a file, or in the environment. */
export async function readSigningKey(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<KeyReading> {
  if (file === undefined) {
    const text = env[keyVariable]
    return text === undefined || text.trim() === ''
      ? { kind: 'none' }
      : keyIn(text.replaceAll('\\n', '\n'), keyVariable)
  }
  try {
    return keyIn(await readFile(file, 'utf8'), file)
  } catch (error) {
    const meaning = describeSystemError(error)
    if (meaning === undefined) throw error
    return { kind: 'unusable', reason: `${file}: ${meaning}` }
  }
}

function keyIn(pem: string, place: string): KeyReading {
  const key = parsed(pem)
  if (key?.asymmetricKeyType !== 'ed25519') {
    const how = 'openssl genpkey -algorithm ed25519 -out FILE makes one'
    return {
      kind: 'unusable',
      reason: `${place}: it contains no Ed25519 private key, or needs a passphrase (${how})`,
    }
  }
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  return { kind: 'key', key: { sign: async bytes => sign(null, bytes, key), publicKey } }
}

/** OpenSSL says in many words, and none of ours, what a text is not. */
function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
