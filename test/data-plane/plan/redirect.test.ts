import { describe, expect, test } from 'vitest'
import { redirectLocation } from '../../../src/data-plane/plan/redirect.ts'
import type { RedirectAction } from '../../../src/fib/action.ts'
import { headerLinesOf, type RequestHead } from '../../../src/fib/request-head.ts'

const head: RequestHead = {
  method: 'GET',
  scheme: 'http',
  authority: 'a.example:80',
  host: 'a.example',
  port: 8080,
  path: '/old/x',
  query: 'q=1',
  headers: headerLinesOf([]),
}
const matchedBytes = '/old'.length

describe('the Location of a redirect', () => {
  test.each<{ title: string; action: Partial<RedirectAction>; sent?: Partial<RequestHead>; expected: string }>([
    { title: 'keeps what it does not change', action: {}, expected: 'http://a.example:80/old/x?q=1' },
    {
      title: 'takes another path, and keeps the query',
      action: { path: '/new' },
      expected: 'http://a.example:80/new?q=1',
    },
    { title: 'takes the query of its own path', action: { path: '/new?x' }, expected: 'http://a.example:80/new?x' },
    { title: 'replaces the matched prefix', action: { prefix: '/new' }, expected: 'http://a.example:80/new/x?q=1' },
    {
      title: 'drops the port with another authority',
      action: { authority: 'b.example' },
      expected: 'http://b.example/old/x?q=1',
    },
    {
      title: 'drops the default port of the old scheme',
      action: { scheme: 'https' },
      expected: 'https://a.example/old/x?q=1',
    },
    {
      title: 'keeps a port that is no default when the scheme changes',
      action: { scheme: 'https' },
      sent: { authority: 'a.example:81' },
      expected: 'https://a.example:81/old/x?q=1',
    },
    { title: 'takes a port of its own', action: { port: 8443 }, expected: 'http://a.example:8443/old/x?q=1' },
    {
      title: 'leaves the default port out',
      action: { scheme: 'https', port: 443 },
      expected: 'https://a.example/old/x?q=1',
    },
    {
      title: 'keeps the port of the Host where its own is the default of the scheme',
      action: { scheme: 'https', port: 443 },
      sent: { authority: 'a.example:81' },
      expected: 'https://a.example:81/old/x?q=1',
    },
    {
      title: 'takes a new authority as it is written, and puts a port behind it',
      action: { authority: 'b.example:8443', port: 81 },
      expected: 'http://b.example:8443:81/old/x?q=1',
    },
    {
      title: 'takes a new authority with its port',
      action: { authority: 'b.example:8443', port: 80 },
      expected: 'http://b.example:8443/old/x?q=1',
    },
    {
      title: 'takes the port of the listener',
      action: { port: 'listener' },
      expected: 'http://a.example:8080/old/x?q=1',
    },
    {
      title: 'keeps an IPv6 address whole',
      action: {},
      sent: { authority: '[::1]' },
      expected: 'http://[::1]/old/x?q=1',
    },
    {
      title: 'cannot be broken into two lines',
      action: {},
      sent: { query: 'a\r\nb: é' },
      expected: 'http://a.example:80/old/x?a%0D%0Ab:%20%C3%A9',
    },
    {
      title: 'survives half a surrogate pair',
      action: {},
      sent: { query: '\ud800' },
      expected: 'http://a.example:80/old/x?%EF%BF%BD',
    },
  ])('$title', ({ action, sent, expected }) => {
    expect(redirectLocation({ kind: 'redirect', status: 301, ...action }, { ...head, ...sent }, matchedBytes)).toBe(
      expected,
    )
  })
})
