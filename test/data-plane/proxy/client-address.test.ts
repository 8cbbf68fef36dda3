import { expect, test } from 'vitest'
import { clientAddress } from '../../../src/data-plane/proxy/client-address.ts'

test.each([
  { title: 'is the peer’s where no proxy is trusted', sent: '192.0.2.1', hops: 0, address: '10.0.0.1' },
  { title: 'is the peer’s where nothing was written down', sent: null, hops: 1, address: '10.0.0.1' },
  { title: 'is what the one trusted proxy wrote', sent: '192.0.2.66, 192.0.2.1', hops: 1, address: '192.0.2.1' },
  { title: 'is what the outer of two wrote', sent: '192.0.2.66,192.0.2.1,10.0.0.2', hops: 2, address: '192.0.2.1' },
  { title: 'is the peer’s where the list is too short', sent: '192.0.2.1', hops: 2, address: '10.0.0.1' },
  { title: 'may be of IPv6', sent: '2001:db8::1', hops: 1, address: '2001:db8::1' },
  { title: 'is the peer’s where no address was written', sent: 'unknown', hops: 1, address: '10.0.0.1' },
  { title: 'is the peer’s where a name was written', sent: 'evil.example', hops: 1, address: '10.0.0.1' },
])('the address of a client $title', ({ sent, hops, address }) => {
  expect(clientAddress('10.0.0.1', sent, hops)).toBe(address)
})
