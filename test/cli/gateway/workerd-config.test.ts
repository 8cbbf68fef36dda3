import { expect, test } from 'vitest'
import { workerdConfig } from '../../../src/cli/gateway/workerd-config.ts'

const sockets = [
  { listener: 'http.80', port: 80 },
  { listener: 'default', port: 8080 },
]

test('each listener is a socket, and tells the Worker its name and port', () => {
  const text = workerdConfig({ address: '::1', sockets, settings: {}, compatibilityDate: '2026-11-17' })
  expect(text).toContain(
    '(name = "http.80", address = "[::1]:80", http = (), service = (name = "main", ' +
      String.raw`props = (json = "{\"listener\":\"http.80\",\"port\":80}"))),`,
  )
  expect(text.match(/address = /g)).toHaveLength(2)
})

test('a setting is a literal, whatever stands in it', () => {
  const settings = { SIGNALBOX_HEALTH_PATH: '/a"\\\n\u0001é' }
  expect(workerdConfig({ address: '::1', sockets, settings, compatibilityDate: '2026-11-17' })).toContain(
    String.raw`(name = "SIGNALBOX_HEALTH_PATH", text = "/a\"\\\x0a\x01é"),`,
  )
})

test('a listener with a certificate speaks HTTPS', () => {
  const tls = { hosts: ['*'], certificates: [{ chain: 'chain\n', key: 'key\n' }], minVersion: 'TLSv1.3' as const }
  const secure = [{ listener: 'https.443.a.edge.default', port: 443, tls }]
  const text = workerdConfig({ address: '::1', sockets: secure, settings: {}, compatibilityDate: '2026-11-17' })
  expect(text).toContain(
    String.raw`https = (options = (), tlsOptions = (keypair = (privateKey = "key\x0a", certificateChain = "chain\x0a"), ` +
      'minVersion = tls1Dot3)), ' +
      String.raw`service = (name = "main", props = (json = "{\"listener\":\"https.443.a.edge.default\",\"port\":443}"))`,
  )
})
