import { describe, expect, test } from 'vitest'
import {
  connectionNames,
  isHopByHop,
  isWrittenInRequest,
  isWrittenInResponse,
  responseHopByHop,
} from '../../src/data-plane/hop-by-hop.ts'

const namesOf = (connection: string) => connectionNames(new Headers({ connection }))

describe('Connection', () => {
  test('names the headers of its connection, in whatever case', () => {
    expect(namesOf('X-Private, keep-alive ,x-other')).toEqual(['x-private', 'keep-alive', 'x-other'])
  })

  test.each(['close', 'keep-alive', ''])('that says %j names none', connection => {
    expect(namesOf(connection).filter(name => name !== connection)).toEqual([])
  })

  test.each([
    'X-Forwarded-For',
    'x-forwarded-proto',
    'x-forwarded-host',
    'forwarded',
    'x-real-ip',
    'x-request-id',
    'cf-connecting-ip',
    'Authorization',
    'Cookie',
    'content-length',
    'content-type',
  ])('cannot name %s away, which other hops vouch for', name => {
    expect(namesOf(`x-mine, ${name}`)).toEqual(['x-mine'])
  })

  test.each(['a b', 'x:y', '"q"', ''])('cannot name %j, which is no header', name => {
    expect(namesOf(`x-mine,${name}`)).toEqual(['x-mine'])
  })
})

// What a header ends at: this hop, in either direction; and who writes it then, in a response and in a request.
test.each([
  { name: 'connection', isEnding: true, inResponses: true, response: true, request: true },
  { name: 'transfer-encoding', isEnding: true, inResponses: true, response: true, request: true },
  { name: 'upgrade', isEnding: true, inResponses: true, response: true, request: true },
  { name: 'keep-alive', isEnding: true, inResponses: true, response: true, request: false },
  { name: 'trailer', isEnding: true, inResponses: true, response: true, request: false },
  { name: 'proxy-connection', isEnding: true, inResponses: true, response: false, request: false },
  { name: 'host', isEnding: true, inResponses: false, response: false, request: true },
  { name: 'te', isEnding: true, inResponses: false, response: false, request: false },
  { name: 'expect', isEnding: true, inResponses: false, response: false, request: false },
  { name: 'content-length', isEnding: false, inResponses: false, response: false, request: false },
  { name: 'x-mine', isEnding: false, inResponses: false, response: false, request: false },
])('$name ends at a hop: $isEnding', ({ name, isEnding, inResponses, response, request }) => {
  expect(isHopByHop(name)).toBe(isEnding)
  expect(responseHopByHop.includes(name)).toBe(inResponses)
  expect([isWrittenInResponse(name), isWrittenInRequest(name)]).toEqual([response, request])
})
