import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { selfSigned } from '../../../src/cli/gateway/self-signed.ts'

test('a certificate names all hosts, vouches for itself, and fits its key', () => {
  const { chain, key } = selfSigned(['shop.example.com', '*.example.com', '*', '127.0.0.1', '2001:db8::5'])
  const certificate = new X509Certificate(chain)
  expect(certificate.subjectAltName?.toLowerCase()).toBe(
    'dns:shop.example.com, dns:*.example.com, dns:localhost, ip address:127.0.0.1, ip address:2001:db8:0:0:0:0:0:5',
  )
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
})

test('it is valid from an hour ago, for thirty days', () => {
  const now = new Date('2026-11-21T12:00:00Z')
  const certificate = new X509Certificate(selfSigned(['a.test'], now).chain)
  expect(new Date(certificate.validFrom).toISOString()).toBe('2026-11-21T11:00:00.000Z')
  expect(new Date(certificate.validTo).toISOString()).toBe('2026-12-21T12:00:00.000Z')
})

test('two are never the same', () => {
  expect(selfSigned(['a.test']).chain).not.toBe(selfSigned(['a.test']).chain)
})
