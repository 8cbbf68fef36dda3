import { expect, test } from 'vitest'
import { compileRoutes, type Target, targets } from '../../../src/control-plane/compile-routes.ts'
import { resource, serviceEntry, sourceFiles } from '../source-files.ts'

const told = (text: string, target: Target) =>
  compileRoutes(sourceFiles({ 'a.yaml': text }), { target }).diagnostics.map(
    ({ severity, code, message, path, span }) => `${severity} ${code} ${span?.start.line} ${path}: ${message}`,
  )

test.each([
  {
    title: 'an address is told at its place',
    text: serviceEntry('a.example.net', 'b.example.net', '192.0.2.1'),
    expected: [
      'info SB6005 10 spec.endpoints[1].address: "192.0.2.1" is a bare IP address: Workers cannot fetch from it',
    ],
  },
  {
    title: 'several of one resource are told once',
    text: serviceEntry('a.example.net', '192.0.2.1', '"2001:db8::1"', '192.0.2.2'),
    expected: [
      'info SB6005 9 spec.endpoints[0].address: "192.0.2.1" and 2 more are bare IP addresses: Workers cannot fetch from them',
    ],
  },
  {
    title: 'a WorkloadEntry may be one',
    text: resource('WorkloadEntry', 'a', '  address: 192.0.2.1\n'),
    expected: ['info SB6005 5 spec.address: "192.0.2.1" is a bare IP address: Workers cannot fetch from it'],
  },
  { title: 'names are resolved', text: serviceEntry('a.example.net', 'b.example.net'), expected: [] },
])('$title', ({ text, expected }) => {
  expect(told(text, 'workers')).toEqual(expected)
  for (const target of targets) if (target !== 'workers') expect(told(text, target)).toEqual([])
})
