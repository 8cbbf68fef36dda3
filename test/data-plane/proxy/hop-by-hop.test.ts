import { describe, expect, test } from 'vitest'
import { connectionNames } from '../../../src/data-plane/proxy/forwarded-headers.ts'

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
