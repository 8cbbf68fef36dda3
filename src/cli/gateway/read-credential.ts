import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSystemError, systemErrorCode } from '../terminal/system-error.ts'
import type { KeyPair } from './key-pair.ts'

/** A file's content, or why it is of no use, in words that name the file. */
export type CredentialFile<Content> =
  | { readonly kind: 'read'; readonly content: Content }
  | { readonly kind: 'unusable'; readonly reason: string }

/**
 * Reads `<name>.crt` and `<name>.key` out of a folder, and looks whether they belong together.
 *
 * @param name as a Gateway says it: perhaps with `kubernetes://` or a namespace before it, which mean nothing here
 */
export async function readKeyPair(folder: string, name: string): Promise<CredentialFile<KeyPair>> {
  const files = { chain: join(folder, `${fileStem(name)}.crt`), key: join(folder, `${fileStem(name)}.key`) }
  const chain = await readText(files.chain)
  if (chain.kind === 'unusable') return chain
  const key = await readText(files.key)
  if (key.kind === 'unusable') return key
  const certificate = parsed(() => new X509Certificate(chain.content))
  if (!certificate) return unusable(`${files.chain}: it contains no certificate (PEM)`)
  const privateKey = parsed(() => createPrivateKey(key.content))
  if (!privateKey) return unusable(`${files.key}: it contains no private key, or needs a passphrase (PEM)`)
  if (!certificate.checkPrivateKey(privateKey)) {
    return unusable(`${files.key}: this key does not belong to the certificate in ${files.chain}`)
  }
  return { kind: 'read', content: { chain: chain.content, key: key.content } }
}

/** Reads the authority of client certificates: `<name>.ca.crt`, or `<name>-cacert.crt`. */
export async function readAuthority(folder: string, name: string): Promise<CredentialFile<string>> {
  const stem = join(folder, fileStem(name))
  for (const file of [`${stem}.ca.crt`, `${stem}-cacert.crt`]) {
    const text = await readText(file)
    if (text.kind === 'unusable') {
      if (text.isMissing) continue
      return text
    }
    if (!parsed(() => new X509Certificate(text.content))) return unusable(`${file}: it contains no certificate (PEM)`)
    return text
  }
  return unusable(`${stem}.ca.crt: no such file or folder, and neither is ${stem}-cacert.crt`)
}

/** When a certificate ceases to be valid. */
export function endOfValidity({ chain }: KeyPair): Date {
  return new Date(new X509Certificate(chain).validTo)
}

function fileStem(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

type TextReading = CredentialFile<string> & { readonly isMissing?: boolean }

async function readText(file: string): Promise<TextReading> {
  try {
    return { kind: 'read', content: await readFile(file, 'utf8') }
  } catch (error) {
    const reason = describeSystemError(error)
    if (reason === undefined) throw error
    return { kind: 'unusable', reason: `${file}: ${reason}`, isMissing: systemErrorCode(error) === 'ENOENT' }
  }
}

function unusable(reason: string): { readonly kind: 'unusable'; readonly reason: string } {
  return { kind: 'unusable', reason }
}

/** What a parser makes of a text; undefined where it throws, which they do in many words and none of ours. */
function parsed<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
