import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testTimeoutMs } from '../patience.ts'
import { compareCase } from './compare.ts'
import { type Deviation, deviationOf, readDeviations } from './deviations.ts'
import { type Exchange, parseResponse } from './http-connection.ts'
import { type Hit, hitHeader } from './origins.ts'
import { type Observation, requestBytes } from './play-case.ts'
import type { Bundle, Expectation, RecordedCase, RecordedRequest } from './recording.ts'
import { closingLine, staleDeviations, tally } from './report.ts'
import type { Outcome } from './run-bundles.ts'
import { runtimes } from './runtime.ts'
import { chiSquareProbability, sameShareProbability } from './statistics.ts'

const circumstances = { runtime: runtimes.workerd!, isHashed: false }

const request: RecordedRequest = {
  method: 'POST',
  target: '/a',
  host: 'a.example',
  headers: { 'x-sent': 'yes', 'x-gone': 'no', 'x-lines': ['1', '2'] },
  bodyBytes: 3,
}

function hitOf(id: number, port: number, more: Partial<Hit> = {}): Hit {
  return {
    id,
    port,
    method: 'POST',
    target: '/b',
    headers: [
      ['host', `127.0.0.1:${port}`],
      ['x-forwarded-host', 'a.example'],
      ['cache-control', 'no-cache'],
      ['x-sent', 'yes'],
      ['x-lines', '1, 2'],
      ['x-set', 'v'],
    ],
    bodyBytes: 3,
    answerHeaders: { 'content-type': 'application/json', [hitHeader]: String(id) },
    ...more,
  }
}

/** Answered by the origin 20001, with a mirror at 20002. */
const observation: Observation = {
  exchanges: [
    {
      kind: 'answered',
      status: 200,
      headers: [
        ['content-type', 'application/json'],
        [hitHeader, '7'],
        ['x-added', 'r'],
        ['location', '/next'],
        ['date', 'today'],
      ],
      body: Buffer.from('text'),
    },
  ],
  hits: [hitOf(7, 20001), hitOf(8, 20002)],
  elapsedMs: 120,
}

const right: Expectation = {
  status: 200,
  origin: 20001,
  originHost: 'a.example',
  originTarget: '/b',
  originHeaders: { 'x-set': 'v' },
  originHeadersAbsent: ['x-gone'],
  location: '/next',
  responseHeaders: { 'x-added': 'r' },
  responseHeadersAbsent: ['x-other'],
  body: 'text',
  attempts: 1,
  mirrors: [
    {
      port: 20002,
      host: 'a.example',
      target: '/b',
      bodyBytes: 3,
      headers: { 'x-set': 'v' },
      headersAbsent: ['x-gone'],
    },
  ],
  minElapsedMs: 100,
}

function whatDiffers(expectation: Expectation, seen = observation, more: Partial<RecordedCase> = {}): string[] {
  const recorded: RecordedCase = { name: 'a case', request, expect: expectation, ...more }
  return compareCase(recorded, seen, circumstances).map(({ what }) => what)
}

describe('a case', () => {
  test('that is as recorded passes', () => {
    expect(whatDiffers(right)).toEqual([])
    expect(whatDiffers({ ...right, originAnyOf: [20001, 20005] })).toEqual([])
  })

  const mirror = right.mirrors![0]!
  test.each<{ change: Partial<Expectation>; what: string }>([
    { change: { status: 404 }, what: 'status' },
    { change: { origin: 20005 }, what: 'origin' },
    { change: { originAnyOf: [20005] }, what: 'origin' },
    { change: { originHost: 'A.example' }, what: 'origin host' },
    { change: { originTarget: '/b?' }, what: 'origin target' },
    { change: { originMethod: 'GET' }, what: 'origin method' },
    { change: { originBodyBytes: 0 }, what: 'origin body bytes' },
    { change: { originHeaders: { 'x-set': 'w' } }, what: 'origin header x-set' },
    { change: { originHeaders: { 'x-set': 'v', 'x-more': '1' } }, what: 'origin header x-more' },
    { change: { originHeaders: {} }, what: 'origin header x-set' },
    { change: { originHeadersAbsent: ['x-gone', 'x-sent'] }, what: 'origin header x-sent' },
    { change: { originHeadersAbsent: [] }, what: 'origin header x-gone' },
    { change: { location: '/elsewhere' }, what: 'header location' },
    { change: { responseHeaders: { 'x-added': 's' } }, what: 'header x-added' },
    { change: { responseHeaders: {} }, what: 'header x-added' },
    { change: { responseHeadersAbsent: ['x-Added'], responseHeaders: {} }, what: 'header x-added' },
    { change: { body: 'other' }, what: 'body' },
    { change: { bodyBase64: 'AAAA' }, what: 'body' },
    { change: { attempts: 2 }, what: 'attempts' },
    { change: { mirrors: [] }, what: 'attempts' },
    { change: { mirrors: [{ ...mirror, port: 20009 }] }, what: 'mirror 20009' },
    { change: { mirrors: [{ ...mirror, target: '/' }] }, what: 'mirror 20002 target' },
    { change: { mirrors: [{ ...mirror, host: 'b.example' }] }, what: 'mirror 20002 host' },
    { change: { mirrors: [{ ...mirror, bodyBytes: 0 }] }, what: 'mirror 20002 body bytes' },
    { change: { mirrors: [{ ...mirror, headers: {} }] }, what: 'mirror 20002 header x-set' },
    { change: { minElapsedMs: 150 }, what: 'elapsed' },
    { change: { closed: true }, what: 'connection' },
    { change: { refused: true }, what: 'connection' },
  ])('fails by $what where the recording says $change', ({ change, what }) => {
    expect(whatDiffers({ ...right, ...change })).toContain(what)
  })

  test('fails where a mirror is expected to be none, and attempts are not told', () => {
    const { attempts: _, ...rest } = right
    expect(whatDiffers({ ...rest, mirrors: [] })).toEqual(['other requests at origins'])
  })

  test('passes where the origin hears of the same lines in another way', () => {
    const headers = observation.hits[0]!.headers.filter(([name]) => name !== 'x-lines')
    const lines = [...headers, ['x-lines', '1'], ['x-lines', '2']] as const
    expect(
      whatDiffers(right, { ...observation, hits: [hitOf(7, 20001, { headers: lines }), observation.hits[1]!] }),
    ).toEqual([])
  })

  test.each<{ seen: Exchange; expectation: Expectation; kind?: 'tls'; fails: boolean }>([
    { seen: { kind: 'refused' }, expectation: { refused: true }, fails: false },
    { seen: { kind: 'closed', received: Buffer.alloc(0) }, expectation: { status: null, closed: true }, fails: false },
    { seen: { kind: 'closed', received: Buffer.from('x') }, expectation: { status: null, closed: true }, fails: true },
    { seen: { kind: 'closed', received: Buffer.alloc(0) }, expectation: { status: 200 }, fails: true },
    { seen: { kind: 'timeout', received: Buffer.alloc(0) }, expectation: { status: 200 }, fails: true },
    {
      seen: { kind: 'closed', received: Buffer.from('ORIGIN 20003') },
      expectation: { origin: 20003 },
      kind: 'tls',
      fails: false,
    },
    {
      seen: { kind: 'closed', received: Buffer.from('ORIGIN 20003') },
      expectation: { origin: 20004 },
      kind: 'tls',
      fails: true,
    },
  ])('without an HTTP answer: $seen.kind against $expectation', ({ seen, expectation, kind, fails }) => {
    const more = kind ? { kind } : {}
    expect(whatDiffers(expectation, { ...observation, exchanges: [seen] }, more).length > 0).toBe(fails)
  })
})

describe('a case of many requests', () => {
  function seenShares(counts: Readonly<Record<string, number>>): Observation {
    const hits: Hit[] = []
    const exchanges = Object.entries(counts).flatMap(([port, count]) =>
      Array.from({ length: count }, (): Exchange => {
        if (port === 'none') return { kind: 'answered', status: 503, headers: [], body: Buffer.alloc(0) }
        hits.push(hitOf(hits.length + 1, Number(port)))
        return { kind: 'answered', status: 200, headers: [[hitHeader, String(hits.length)]], body: Buffer.alloc(0) }
      }),
    )
    return { exchanges, hits, elapsedMs: 0 }
  }

  const only = { statuses: { 200: 1 }, distribution: { 20001: 1 } }
  const split = {
    statuses: { 200: 1 },
    distribution: { 20001: 0.79, 20002: 0.21 },
    expectedWeights: { 20001: 0.8, 20002: 0.2 },
  }
  const sampled = { statuses: { 200: 1 }, distribution: { 20001: 0.3, 20002: 0.7 }, sample: true }
  const half = { statuses: { 200: 0.5, 503: 0.5 }, distribution: { 20001: 0.5, none: 0.5 }, sample: true }
  test.each<{ title: string; expectation: Expectation; counts: Readonly<Record<string, number>>; fails: string[] }>([
    { title: 'one origin, all of them', expectation: only, counts: { 20001: 1000 }, fails: [] },
    {
      title: 'one origin, one request elsewhere',
      expectation: only,
      counts: { 20001: 999, 20002: 1 },
      fails: ['distribution'],
    },
    {
      title: 'one request without an origin',
      expectation: only,
      counts: { 20001: 999, none: 1 },
      fails: ['statuses', 'distribution'],
    },
    { title: 'weights, nearly', expectation: split, counts: { 20001: 820, 20002: 180 }, fails: [] },
    { title: 'weights, too far', expectation: split, counts: { 20001: 870, 20002: 130 }, fails: ['distribution'] },
    {
      title: 'weights, and a port without one',
      expectation: split,
      counts: { 20001: 800, 20002: 199, 20003: 1 },
      fails: ['distribution'],
    },
    { title: 'a sample, otherwise split', expectation: sampled, counts: { 20001: 600, 20002: 400 }, fails: [] },
    { title: 'a sample, one port missing', expectation: sampled, counts: { 20002: 1000 }, fails: ['distribution'] },
    {
      title: 'a sample, one port more',
      expectation: sampled,
      counts: { 20001: 300, 20002: 699, 20003: 1 },
      fails: ['distribution'],
    },
    { title: 'half of them answered by the gateway', expectation: half, counts: { 20001: 520, none: 480 }, fails: [] },
    { title: 'a tenth instead of half', expectation: half, counts: { 20001: 900, none: 100 }, fails: ['distribution'] },
    {
      title: 'any of these, but one',
      expectation: { ...only, originAnyOf: [20001, 20002] },
      counts: { 20002: 1000 },
      fails: [],
    },
    {
      title: 'any of these, not two',
      expectation: { ...only, originAnyOf: [20001, 20002] },
      counts: { 20001: 1, 20002: 999 },
      fails: ['distribution'],
    },
    { title: 'hits', expectation: { ...only, hitsPerRequest: { 20001: 1 } }, counts: { 20001: 1000 }, fails: [] },
    {
      title: 'too few hits',
      expectation: { ...only, hitsPerRequest: { 20001: 2 } },
      counts: { 20001: 1000 },
      fails: ['hits a request'],
    },
    {
      title: 'mirrors missing',
      expectation: { ...only, hitsPerRequest: { 20001: 1, 20002: 0.1 } },
      counts: { 20001: 1000 },
      fails: ['hits a request'],
    },
  ])('$title', ({ expectation, counts, fails }) => {
    expect(whatDiffers(expectation, seenShares(counts), { repeat: 1000 })).toEqual(fails)
  })

  test('a hashed key is one endpoint, whichever', () => {
    const recorded = { name: 'hashed', request, repeat: 20, expect: only }
    const hashed = { ...circumstances, isHashed: true }
    expect(compareCase(recorded, seenShares({ 20002: 20 }), hashed)).toEqual([])
    expect(compareCase(recorded, seenShares({ 20002: 19, 20003: 1 }), hashed)).not.toEqual([])
    expect(compareCase(recorded, seenShares({ 20002: 20 }), circumstances)).not.toEqual([])
  })
})

describe('statistics', () => {
  test('chi-square agrees with tables: 5 % lie beyond 3.841 (1 degree of freedom) and 11.07 (5)', () => {
    const off = Math.sqrt(3.841 * 25)
    expect(chiSquareProbability({ a: 50 + off, b: 50 - off }, { a: 1, b: 1 })).toBeCloseTo(0.05, 3)
    const step = Math.sqrt((11.07 * 100) / 6)
    const counts = { a: 100 + step, b: 100 - step, c: 100 + step, d: 100 - step, e: 100 + step, f: 100 - step }
    expect(chiSquareProbability(counts, { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 })).toBeCloseTo(0.05, 3)
  })

  test("Fisher's test agrees with the lady tasting tea", () => {
    expect(sameShareProbability(3, 4, 1, 4)).toBeCloseTo(34 / 70, 9)
    expect(sameShareProbability(5, 10, 5, 10)).toBeCloseTo(1, 9)
  })
})

describe('a deviation', () => {
  const bundle: Bundle = {
    name: 'b',
    title: '',
    features: [],
    listenerPort: 1,
    cases: [],
    config:
      'spec: {http: [{match: [{headers: {X-User: {exact: a}}}], retries: {attempts: 2}, headers: {request: {set: {x-a: "%REQ(X-Format?x-b)%"}}}}]}',
    mesh: undefined,
  }
  const covers = (rule: Deviation['rule'], more: Partial<RecordedRequest>) =>
    deviationOf(
      [{ id: 'd', rule, reason: '', platformFact: '' }],
      bundle,
      {
        name: 'a case',
        request: { ...request, ...more },
        expect: {},
      },
      'node',
    ) !== undefined

  test.each<{ rule: Deviation['rule']; request?: Partial<RecordedRequest>; covered: boolean }>([
    { rule: { kind: 'http' }, covered: true },
    { rule: { runtime: 'node' }, covered: true },
    { rule: { runtime: 'workerd' }, covered: false },
    { rule: { kind: 'tls' }, covered: false },
    { rule: { kind: 'http', method: 'GET' }, covered: false },
    { rule: { method: { in: ['GET', 'POST'] } }, covered: true },
    { rule: { method: { notIn: ['GET', 'POST'] } }, covered: false },
    { rule: { host: null }, covered: false },
    { rule: { host: null }, request: { host: null }, covered: true },
    { rule: { targetForm: 'origin' }, covered: true },
    { rule: { targetForm: 'absolute' }, request: { target: 'http://a.example/x' }, covered: true },
    { rule: { targetForm: 'asterisk' }, request: { target: '*' }, covered: true },
    { rule: { targetNamesHost: false }, covered: false },
    { rule: { targetNamesHost: false }, request: { target: 'http://u:p@a.example/x' }, covered: false },
    { rule: { targetNamesHost: false }, request: { target: 'http://b.example/x' }, covered: true },
    { rule: { targetScheme: 'https' }, request: { target: 'HTTPS://a.example' }, covered: true },
    { rule: { target: { matches: '^/a$' } }, covered: true },
    { rule: { targetBytes: { over: 2 } }, covered: false },
    { rule: { bodyBytes: { over: 2 } }, covered: true },
    { rule: { 'header.x-sent': 'yes' }, covered: true },
    { rule: { 'header.x-absent': null }, covered: true },
    { rule: { matchedHeader: { matches: ', ' } }, request: { headers: { 'x-user': 'a, b' } }, covered: true },
    { rule: { matchedHeader: { matches: ', ' } }, request: { headers: { 'x-other': 'a, b' } }, covered: false },
    { rule: { formattedHeaderLines: { over: 1 } }, request: { headers: { 'x-format': ['a', 'b'] } }, covered: true },
    { rule: { formattedHeaderLines: { over: 1 } }, request: { headers: { 'x-format': 'a' } }, covered: false },
    { rule: { formattedHeaderLines: { over: 1 } }, request: { headers: { 'x-other': ['a', 'b'] } }, covered: false },
    { rule: { 'config.attempts': { over: 1 } }, covered: true },
    { rule: { 'config.perTryTimeout': null }, covered: true },
  ])('$rule covers $request: $covered', ({ rule, request: more = {}, covered }) => {
    expect(covers(rule, more)).toBe(covered)
  })

  test('may ask for facts that there are, and for no other', () => {
    expect(() => covers({ bundle: 'b' }, {})).toThrow('not a fact')
    expect(() => covers({ feature: 'retries' }, {})).toThrow('not a fact')
  })

  test('of the project has a reason and a fact', async () => {
    for (const deviation of await readDeviations()) {
      expect(deviation).toEqual({
        id: expect.stringMatching(/^[a-z-]+$/),
        rule: expect.any(Object),
        reason: expect.stringMatching(/\.$/),
        platformFact: expect.stringMatching(/\.$/),
      })
      expect(() => covers(deviation.rule, {})).not.toThrow()
    }
  })
})

describe('the report', () => {
  const outcome = (more: Partial<Outcome>): Outcome => ({
    bundle: 'b',
    case: 'c',
    features: [],
    mismatches: [],
    ...more,
  })
  const wrong = [{ what: 'status', expected: 200, got: 404 }]

  test('ends with the tally; what a deviation covers is skipped, whatever came of it', () => {
    const outcomes = [
      outcome({}),
      outcome({ mismatches: wrong }),
      outcome({ mismatches: wrong, deviation: 'd' }),
      outcome({ deviation: 'd' }),
    ]
    expect(closingLine(tally(outcomes))).toBe('1 passed, 1 failed, 2 skipped')
  })

  test('tells a deviation as stale where nothing that it covers fails', () => {
    const deviation = (id: string): Deviation => ({ id, rule: {}, reason: '', platformFact: '' })
    const outcomes = [
      outcome({ deviation: 'needed' }),
      outcome({ deviation: 'needed', mismatches: wrong }),
      outcome({ deviation: 'stale' }),
    ]
    expect(staleDeviations(['needed', 'stale', 'unused'].map(deviation), outcomes)).toEqual(['stale'])
  })
})

describe('over the wire', () => {
  test('a request is what the recording says, and nothing else', () => {
    const bytes = requestBytes({ ...request, target: '/é', headers: { 'x-lines': ['1', '2'] } })
    expect(bytes.toString()).toBe(
      'POST /é HTTP/1.1\r\nhost: a.example\r\nx-lines: 1\r\nx-lines: 2\r\ncontent-length: 3\r\n\r\nxxx',
    )
    expect(requestBytes({ method: 'GET', target: '/', host: null }).toString()).toBe('GET / HTTP/1.1\r\n\r\n')
  })

  test.each([
    { title: 'a length', text: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP', body: 'ok' },
    {
      title: 'chunks',
      text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n',
      body: 'ok',
    },
    { title: 'an interim answer', text: 'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 None\r\n\r\n', body: '' },
    { title: 'half of a body', text: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok', body: undefined },
    { title: 'half of a head', text: 'HTTP/1.1 200 OK\r\ncontent-le', body: undefined },
  ])('an answer with $title is read', ({ text, body }) => {
    expect(parseResponse(Buffer.from(text), 'GET', false)?.response.body.toString()).toBe(body)
  })
})

describe('a run', () => {
  const runner = fileURLToPath(new URL('./run.ts', import.meta.url))
  const routing = fileURLToPath(new URL('./routing', import.meta.url))

  // It may wait for the ports, and then plays; a run that is ended by this has hung.
  const runMs = 3 * testTimeoutMs

  function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
    return new Promise(resolve => {
      execFile(process.execPath, [runner, ...args], { timeout: runMs }, (error, out, err) =>
        resolve({ status: error ? Number(error.code ?? -1) : 0, out, err }),
      )
    })
  }

  // Another run on this machine may have the origins' ports for a while.
  const patience = { timeout: 2 * runMs + testTimeoutMs }
  const waiting = 'the ports of the origins are in use; waiting for them\n'

  test('of small bundles against real serve: all pass', patience, async () => {
    const folders = ['uri-exact-prefix-shop', 'hosts-many-one-vs', 'no-match-no-default'].map(name =>
      join(routing, name),
    )
    const { status, out, err } = await run(...folders, '--kinds', 'http')
    expect({ status, err: err.replace(waiting, '') }, out).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/^\d+ passed, 0 failed, 0 skipped\n$/)
  })

  test('with an expectation that is wrong: 1, with expected and got, case and feature', patience, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await cp(join(routing, 'no-match-no-default'), join(folder, 'mutated'), { recursive: true })
    const file = join(folder, 'mutated', 'cases.json')
    const recording = JSON.parse(await readFile(file, 'utf8'))
    recording.cases = recording.cases.slice(0, 2)
    recording.cases[1].expect = { status: 299 }
    await writeFile(file, JSON.stringify(recording))
    const { status, out } = await run(folder)
    expect(status).toBe(1)
    expect(out).toContain(`FAIL mutated: ${recording.cases[1].name}\n  status: expected 299, got `)
    expect(out).toMatch(new RegExp(`^${recording.feature[0]} +1 +1 +0$`, 'm'))
    expect(out.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed, 0 skipped')
    const { status: jsonStatus, out: json } = await run(folder, '--json')
    expect(jsonStatus).toBe(1)
    expect(JSON.parse(json)).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: 0,
      stale: [],
      failures: [{ bundle: 'mutated' }],
    })
  })

  test.each([
    { args: ['--kinds', 'http,udp'], err: 'unknown kind: udp' },
    { args: ['--runtime', 'abacus'], err: 'unknown runtime: abacus' },
    { args: ['--only', 'no-such-bundle'], err: 'no case to run' },
    { args: ['--nonsense'], err: '--nonsense' },
  ])('with $args is 2', async ({ args, err }) => {
    const result = await run(routing, ...args)
    expect(result.status).toBe(2)
    expect(result.err).toContain(err)
  })
})
