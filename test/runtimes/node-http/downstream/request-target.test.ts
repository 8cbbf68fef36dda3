import { expect, test } from 'vitest'
import { readTarget } from '../../../../src/runtimes/node-http/downstream/request-target.ts'

test.each([
  { sent: '/a/../b%2e?x#f', target: '/a/../b%2e?x#f' },
  { sent: '//a.test/b', target: '//a.test/b' },
  { sent: '/http://a.test', target: '/http://a.test' },
  { sent: '*', target: '*' },
  { sent: 'http://a.test:81/x?y', target: '/x?y', authority: 'a.test:81', scheme: 'http' },
  { sent: 'HTTPS://A.test/x', target: '/x', authority: 'A.test', scheme: 'https' },
  { sent: 'http://a.test', target: '/', authority: 'a.test', scheme: 'http' },
  { sent: 'http://a.test?q', target: '?q', authority: 'a.test', scheme: 'http' },
  { sent: 'http://u:p@a.test/x@y', target: '/x@y', authority: 'a.test', scheme: 'http' },
  { sent: 'ftp://a.test/x', target: '/x', authority: 'a.test', scheme: 'ftp' },
])('$sent', ({ sent, target, authority, scheme }) => {
  expect(readTarget(sent)).toEqual({ target, authority, scheme })
})
