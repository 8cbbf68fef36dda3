import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import type { KeyPair } from './key-pair.ts'

const validDays = 30

/**
 * A new key with a self-signed certificate for these names: good for trying things out, on this
 * machine.
 *
 * @param hosts DNS names, `*` and a suffix, `*` alone (which no certificate can say: it becomes `localhost`), or addresses
 */
export function selfSigned(hosts: readonly string[], now = new Date()): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' })
  const names = [...new Set(hosts.map(host => (host === '*' ? 'localhost' : host)))]
  const name = sequence(set(sequence(objectId(2, 5, 4, 3), der(0x0c, Buffer.from('signalbox self-signed')))))
  const algorithm = sequence(objectId(1, 2, 840, 10045, 4, 3, 2))
  const keyId = createHash('sha1').update(publicKeyInfo).digest()
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(new Date(now.getTime() - 3_600_000)), time(new Date(now.getTime() + validDays * 86_400_000))),
    name,
    publicKeyInfo,
    der(
      0xa3,
      sequence(
        extension(objectId(2, 5, 29, 17), sequence(...names.map(alternativeName))),
        extension(objectId(2, 5, 29, 19), sequence(der(0x01, Buffer.from([255])))),
        extension(objectId(2, 5, 29, 14), der(0x04, keyId)),
      ),
    ),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature))
  return {
    chain: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

// The parts of an X.509 certificate (RFC 5280 §4.1) in DER.

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, ...parts)
}

/** A positive number whose first bit is not set. */
function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function objectId(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = rest.flatMap(part => {
    const digits = [part & 127]
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128)
    return digits
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

/** With a year of two digits, as it is written up to 2049. */
function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
}

function extension(id: Buffer, value: Buffer): Buffer {
  return sequence(id, der(0x04, value))
}

function alternativeName(host: string): Buffer {
  const version = isIP(host)
  if (version === 0) return der(0x82, Buffer.from(host))
  return der(0x87, version === 4 ? Buffer.from(host.split('.').map(Number)) : addressBytes(host))
}

/** The 16 bytes of an IPv6 address, as a URL writes it out. */
function addressBytes(address: string): Buffer {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16)))
  const [first, last] = [groups(head), tail === undefined ? [] : groups(tail)]
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
  return Buffer.from(all.flatMap(group => [group >> 8, group & 255]))
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
