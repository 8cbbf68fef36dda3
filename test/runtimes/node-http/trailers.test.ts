import { expect, test } from 'vitest'
import { trailersOf } from '../../../src/runtimes/node-http/trailers.ts'

test.each([
  { title: 'goes on, also where it comes twice', name: 'X-Checksum', isPassed: true },
  { title: 'goes on', name: 'grpc-status', isPassed: true },
  { title: 'frames the message', name: 'Content-Length', isPassed: false },
  { title: 'frames the message', name: 'transfer-encoding', isPassed: false },
  { title: 'routes the request', name: 'host', isPassed: false },
  { title: 'lets somebody in', name: 'Authorization', isPassed: false },
  { title: 'is what other hops vouch for', name: 'x-forwarded-for', isPassed: false },
  { title: 'is the gateway’s own', name: 'x-signalbox-client-country', isPassed: false },
])('$name $title', ({ name, isPassed }) => {
  const expected = isPassed
    ? [
        [name.toLowerCase(), '1'],
        [name.toLowerCase(), '2'],
      ]
    : []
  expect(trailersOf([name, '1', name, '2'])).toEqual(expected)
})
