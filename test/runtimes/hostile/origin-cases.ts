import { host } from './routes.ts'
import { drip, end, reset, type Step, wait, write } from './steps.ts'
import type { Misdeed } from './strict-origin.ts'

/** Something that an origin does, and what a client may be told of it. */
export interface HostileOrigin {
  readonly title: string
  readonly misdeed: Misdeed
  /** The request that meets it. */
  readonly request: (target: string) => readonly Step[]
  readonly methods?: readonly string[]
  /** Outcomes as `Talk` tells them. */
  readonly allowed: readonly string[]
  /** The body of a whole 200, as latin1 text. */
  readonly body?: string
  /**
   * Until it has done all of it. What comes while a connection is idle belongs to no request; what comes behind the next
   * one cannot be told from its answer, by nobody.
   */
  readonly lastsMs?: number
}

/** No answer could be taken from the origin. */
const failed = ['502', '503', '504']
/** The answer has begun, and the client can see that it is not whole. */
const brokenOff = ['cut', ...failed]
const poison = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nPOISON'
const ok = (lines: string, body = '') => `HTTP/1.1 200 OK\r\n${lines}\r\n${body}`

const getRequest = (target: string) => [write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)]

/** What a GET is answered with; `goesOn` where the origin would answer the next request as if nothing had been. */
function answered(
  title: string,
  text: string | readonly Step[],
  allowed: readonly string[],
  { goesOn = true, body }: { readonly goesOn?: boolean; readonly body?: string } = {},
): HostileOrigin {
  const steps = typeof text === 'string' ? [write(text)] : text
  return {
    title,
    misdeed: { after: 'request', steps, goesOn },
    request: getRequest,
    allowed,
    ...(body !== undefined && { body }),
  }
}

const noHttp: readonly HostileOrigin[] = [
  answered('garbage', 'garbage\r\n\r\n', failed),
  answered('bytes of TLS', '\x15\x03\x01\x00\x02\x02\x46', failed),
  answered('4 KB of NUL', '\x00'.repeat(4096), failed),
  answered('a mail server', '220 mail ESMTP ready\r\n', failed),
  answered('HTTP/0.9', [write('<html>hello</html>'), end], failed),
  answered('a request', `GET /plain HTTP/1.1\r\nhost: ${host}\r\n\r\n`, failed),
  answered('a status of two digits', 'HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n', failed),
  answered('a status of four digits', 'HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n', failed),
  answered('status 000', 'HTTP/1.1 000 OK\r\ncontent-length: 0\r\n\r\n', failed),
  answered('status 099', 'HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n', failed),
  answered('status 799', 'HTTP/1.1 799 OK\r\ncontent-length: 0\r\n\r\n', [...failed, '799']),
  answered('a negative status', 'HTTP/1.1 -200 OK\r\ncontent-length: 0\r\n\r\n', failed),
  answered('a status in hexadecimal', 'HTTP/1.1 0xC OK\r\ncontent-length: 0\r\n\r\n', failed),
  answered('no status', 'HTTP/1.1\r\ncontent-length: 0\r\n\r\n', failed),
  answered('HTTP/9.9', 'HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\nok', [...failed, '200']),
  answered('HTTP/2.0', 'HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok', [...failed, '200']),
  answered('no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok', [...failed, '200']),
  answered('a reason phrase of 64 KB', `HTTP/1.1 200 ${'a'.repeat(65_536)}\r\ncontent-length: 2\r\n\r\nok`, [
    ...failed,
    '200',
  ]),
  ...['\x01', '\x0b', '\x7f', '\x80', '\0', '\t'].map(byte =>
    answered(`${JSON.stringify(byte)} in a reason phrase`, `HTTP/1.1 200 O${byte}K\r\ncontent-length: 2\r\n\r\nok`, [
      ...failed,
      '200',
    ]),
  ),
  answered('a reason phrase with a carriage return', 'HTTP/1.1 200 O\rK\r\ncontent-length: 2\r\n\r\nok', [
    ...failed,
    '200',
  ]),
  answered('line feeds alone', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok', [...failed, '200']),
  answered('a folded status line', 'HTTP/1.1 200\r\n OK\r\ncontent-length: 2\r\n\r\nok', [...failed, '200']),
]

const lengths: readonly HostileOrigin[] = [
  answered(
    'fewer bytes than it announced, then a close',
    [write(ok('content-length: 100\r\n', 'abcde')), end],
    brokenOff,
    { goesOn: false },
  ),
  answered(
    'fewer bytes than it announced, then a reset',
    [write(ok('content-length: 100\r\n', 'abcde')), wait(20), reset],
    brokenOff,
    { goesOn: false },
  ),
  answered('fewer bytes than it announced, then nothing', ok('content-length: 100\r\n', 'abcde'), brokenOff, {
    goesOn: false,
  }),
  answered('more bytes than it announced', ok('content-length: 5\r\n', 'abcdefghij'), ['200', ...brokenOff], {
    body: 'abcde',
  }),
  answered(
    'a whole answer more than it announced',
    ok('content-length: 5\r\n', `abcde${poison}`),
    ['200', ...brokenOff],
    { body: 'abcde' },
  ),
  answered('a negative length', ok('content-length: -5\r\n', 'abcde'), failed),
  answered('a length with a plus', ok('content-length: +5\r\n', 'abcde'), failed),
  answered('a length in hexadecimal', ok('content-length: 0x5\r\n', 'abcde'), failed),
  answered('a length that overflows 64 bits to 5', ok('content-length: 18446744073709551621\r\n', 'abcde'), brokenOff, {
    goesOn: false,
  }),
  answered('a length of words', ok('content-length: five\r\n', 'abcde'), failed),
  answered('an empty length', [write(ok('content-length: \r\n', 'abcde')), end], ['200', ...brokenOff], {
    goesOn: false,
  }),
  answered('the same length twice', ok('content-length: 5\r\ncontent-length: 5\r\n', 'abcde'), ['200', ...failed], {
    body: 'abcde',
  }),
  answered('two lengths', ok('content-length: 5\r\ncontent-length: 50\r\n', `abcde${poison}`), failed),
  answered('a list of two lengths', ok('content-length: 5, 50\r\n', `abcde${poison}`), failed),
  answered(
    'length, then chunked',
    ok('content-length: 5\r\ntransfer-encoding: chunked\r\n', `3\r\nabc\r\n0\r\n\r\n`),
    ['200', ...brokenOff],
    { body: 'abc' },
  ),
  answered(
    'chunked, then length',
    ok('transfer-encoding: chunked\r\ncontent-length: 5\r\n', `3\r\nabc\r\n0\r\n\r\n`),
    ['200', ...brokenOff],
    { body: 'abc' },
  ),
  answered(
    'length and chunked, with an answer between the two ends',
    ok(`content-length: ${5 + poison.length}\r\ntransfer-encoding: chunked\r\n`, `0\r\n\r\n${poison}`),
    ['200', ...brokenOff],
    { body: '' },
  ),
  answered('a body until it closes', [write(ok('', 'abcde')), end], ['200'], { goesOn: false, body: 'abcde' }),
  answered('a body until it resets', [write(ok('', 'abcde')), wait(20), reset], brokenOff, { goesOn: false }),
  // RFC 9110 §8.6: they have none, whatever is announced.
  answered('a body behind 204', `HTTP/1.1 204 No Content\r\ncontent-length: ${poison.length}\r\n\r\n${poison}`, [
    '204',
    ...failed,
  ]),
  answered('a body behind 304', `HTTP/1.1 304 Not Modified\r\ncontent-length: ${poison.length}\r\n\r\n${poison}`, [
    '304',
    ...failed,
  ]),
  answered('chunks behind 204', `HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, [
    '204',
    ...failed,
  ]),
  answered('a body behind 205', 'HTTP/1.1 205 Reset Content\r\ncontent-length: 5\r\n\r\nabcde', ['205', ...brokenOff]),
  {
    title: 'a body in answer to HEAD',
    misdeed: { after: 'request', steps: [write(ok(`content-length: ${poison.length}\r\n`, poison))], goesOn: true },
    request: target => [write(`HEAD ${target} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)],
    methods: ['HEAD'],
    allowed: ['200', ...failed],
  },
]

const chunked = (body: string) => ok('transfer-encoding: chunked\r\n', body)
const chunks: readonly HostileOrigin[] = [
  answered('no last chunk, then a close', [write(chunked('5\r\nabcde\r\n')), end], brokenOff, { goesOn: false }),
  answered('no last chunk, then a reset', [write(chunked('5\r\nabcde\r\n')), wait(20), reset], brokenOff, {
    goesOn: false,
  }),
  answered('no last chunk, then nothing', chunked('5\r\nabcde\r\n'), brokenOff, { goesOn: false }),
  answered('a chunk size of words', chunked('five\r\nabcde\r\n0\r\n\r\n'), brokenOff),
  answered('a negative chunk size', chunked('-5\r\nabcde\r\n0\r\n\r\n'), brokenOff),
  answered('a chunk size that overflows 64 bits to 5', chunked('10000000000000005\r\nabcde\r\n0\r\n\r\n'), brokenOff),
  answered('a chunk that is longer than its size', chunked('3\r\nabcde\r\n0\r\n\r\n'), brokenOff),
  answered('chunk lines that end with a bare line feed', chunked('5\nabcde\n0\n\n'), brokenOff),
  answered('a chunk extension', chunked('5;a=b\r\nabcde\r\n0\r\n\r\n'), ['200', ...brokenOff], { body: 'abcde' }),
  answered(
    'a chunk extension of 1 MB',
    chunked(`5;${'a'.repeat(1_048_576)}\r\nabcde\r\n0\r\n\r\n`),
    ['200', ...brokenOff],
    { body: 'abcde' },
  ),
  answered('ten thousand chunks of one byte', chunked(`${'1\r\na\r\n'.repeat(10_000)}0\r\n\r\n`), ['200'], {
    body: 'a'.repeat(10_000),
  }),
  answered('a length as a trailer', chunked('5\r\nabcde\r\n0\r\ncontent-length: 99\r\n\r\n'), ['200', ...brokenOff], {
    body: 'abcde',
  }),
  answered(
    '1 MB of trailers',
    chunked(`5\r\nabcde\r\n0\r\n${'x: yyyyyyy\r\n'.repeat(87_382)}\r\n`),
    ['200', ...brokenOff],
    { body: 'abcde' },
  ),
  answered('an answer behind the last chunk', chunked(`5\r\nabcde\r\n0\r\n\r\n${poison}`), ['200', ...brokenOff], {
    body: 'abcde',
  }),
  answered(
    'transfer-encoding twice',
    ok('transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n', '5\r\nabcde\r\n0\r\n\r\n'),
    ['200', ...brokenOff],
    { body: 'abcde' },
  ),
  answered(
    'transfer-encoding xchunked',
    [write(ok('transfer-encoding: xchunked\r\n', '5\r\nabcde\r\n0\r\n\r\n')), end],
    ['200', ...brokenOff],
    { goesOn: false },
  ),
  answered(
    'transfer-encoding chunked, gzip',
    [write(ok('transfer-encoding: chunked, gzip\r\n', '5\r\nabcde\r\n0\r\n\r\n')), end],
    ['200', ...brokenOff],
    { goesOn: false },
  ),
]

const line = (text: string) => ok(`${text}\r\ncontent-length: 2\r\n`, 'ok')
const lines: readonly HostileOrigin[] = [
  answered('a carriage return in a value', line('x: a\rset-cookie: evil=1'), failed),
  answered('a line feed in a value', line('x: a\nset-cookie: evil=1'), ['200', ...failed]),
  answered('a NUL in a value', line('x: a\x00b'), failed),
  answered('control characters in a value', line('x: \x01\x02\x7f'), ['200', ...failed]),
  answered('bytes beyond ASCII in a value', line('x: \x80\xff\xe2\x82'), ['200', ...failed]),
  answered('a folded value', line('x: a\r\n b'), ['200', ...failed]),
  answered('a blank before a colon', line('x : y'), ['200', ...failed]),
  answered('a blank before the colon of content-length', ok('content-length : 2\r\n', 'ok'), [...brokenOff, '200']),
  answered('an empty header name', line(': y'), ['200', ...failed]),
  answered('a line without a colon', line('no colon here'), ['200', ...failed]),
  answered('a header name with odd bytes', line('x\x80(: y'), ['200', ...failed]),
  answered(
    'encoded line ends in a location',
    'HTTP/1.1 302 Found\r\nlocation: /%0d%0aset-cookie:%20evil=1\r\ncontent-length: 0\r\n\r\n',
    ['302'],
  ),
  answered('connection names content-length', line('connection: content-length, x-gateway'), ['200']),
  answered(
    'connection names transfer-encoding',
    ok('connection: transfer-encoding\r\ntransfer-encoding: chunked\r\n', '2\r\nok\r\n0\r\n\r\n'),
    ['200'],
    { body: 'ok' },
  ),
  answered('a keep-alive of years', line('keep-alive: timeout=99999999, max=99999999'), ['200'], { body: 'ok' }),
  answered('an upgrade that nobody asked for', line('upgrade: h2c\r\nconnection: upgrade'), ['200']),
  answered('gzip that is none', ok('content-encoding: gzip\r\ncontent-length: 5\r\n', 'abcde'), ['200'], {
    body: 'abcde',
  }),
]

const floods: readonly HostileOrigin[] = [
  answered(
    'ten thousand cookies',
    ok(
      `${Array.from({ length: 10_000 }, (_, at) => `set-cookie: c${at}=v`).join('\r\n')}\r\ncontent-length: 2\r\n`,
      'ok',
    ),
    ['200', ...failed],
  ),
  answered('a header line of 1 MB', line(`x: ${'y'.repeat(1_048_576)}`), ['200', ...failed]),
  answered(
    'a head without an end',
    [write('HTTP/1.1 200 OK\r\n'), drip(`x: ${'y'.repeat(8189)}\r\n`, 1, 4000)],
    failed,
    { goesOn: false },
  ),
  answered('a header line without an end', [write('HTTP/1.1 200 OK\r\nx: '), drip('y'.repeat(8192), 1, 4000)], failed, {
    goesOn: false,
  }),
  answered('a status line without an end', [write('HTTP/1.1 200 '), drip('y'.repeat(8192), 1, 4000)], failed, {
    goesOn: false,
  }),
  answered('a head that drips', [write('HTTP/1.1 200 OK\r\n'), drip('x: y\r\n', 50, 100)], failed, { goesOn: false }),
  answered('1xx without an end', [drip('HTTP/1.1 102 Processing\r\n\r\n', 5, 1000)], failed, { goesOn: false }),
  answered('100 without an end', [drip('HTTP/1.1 100 Continue\r\n\r\n', 5, 1000)], failed, { goesOn: false }),
  answered('early hints without an end', [drip('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', 5, 1000)], failed, {
    goesOn: false,
  }),
  answered(
    '100,000 interim answers at once, then the real one',
    `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100_000)}${ok('content-length: 2\r\n', 'ok')}`,
    ['200', ...failed],
    { body: 'ok' },
  ),
  answered(
    '101 that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    failed,
    { goesOn: false },
  ),
  answered('a body that drips', [write(ok('content-length: 1000\r\n')), drip('x', 50, 1000)], brokenOff, {
    goesOn: false,
  }),
  answered(
    'a body without an end',
    [write(ok('transfer-encoding: chunked\r\n')), drip(`4000\r\n${'z'.repeat(16_384)}\r\n`, 2, 2000)],
    brokenOff,
    { goesOn: false },
  ),
]

const unasked: readonly HostileOrigin[] = [
  answered('two answers at once', `${ok('content-length: 5\r\n', 'first')}${poison}`, ['200', ...failed], {
    body: 'first',
  }),
  answered(
    'a second answer a little later',
    [write(ok('content-length: 5\r\n', 'first')), wait(15), write(poison)],
    ['200', ...failed],
    { body: 'first' },
  ),
  answered(
    'a second answer in two halves',
    [
      write(`${ok('content-length: 5\r\n', 'first')}HTTP/1.1 200 OK\r\ncont`),
      wait(15),
      write('ent-length: 6\r\n\r\nPOISON'),
    ],
    ['200', ...failed],
    { body: 'first' },
  ),
  answered(
    'half a second answer',
    `${ok('content-length: 5\r\n', 'first')}HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\nPOI`,
    ['200', ...failed],
    { body: 'first' },
  ),
  answered('a line end too many', `${ok('content-length: 5\r\n', 'first')}\r\n`, ['200', ...failed], { body: 'first' }),
  answered(
    'a final answer behind a final answer of HEAD size',
    `${ok('content-length: 0\r\n')}${poison}`,
    ['200', ...failed],
    { body: '' },
  ),
].map(each => ({ ...each, lastsMs: 80 }))

const body = 'x'.repeat(200_000)
const uploadRequest = (target: string) => [
  write(`POST ${target} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 1000)}`),
  wait(60),
  write(body.slice(1000)),
]

const upgradeLines =
  'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='

/** In answer to a request that does not end with its head, or that asks for more than an answer. */
function unusual(title: string, head: string, steps: readonly Step[], allowed: readonly string[]): HostileOrigin {
  const request = (target: string) => [write(`${head.replace('TARGET', target)}`)]
  return { title, misdeed: { after: 'head', steps, goesOn: false }, request, allowed }
}

const unusualRequests: readonly HostileOrigin[] = [
  unusual(
    'nothing, to a GET with a body',
    `GET TARGET HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1\r\n\r\nb`,
    [],
    failed,
  ),
  unusual(
    'nothing, to a GET with an empty body',
    `GET TARGET HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 0\r\n\r\n`,
    [],
    failed,
  ),
  unusual('nothing, to a WebSocket', `GET TARGET HTTP/1.1\r\nhost: ${host}\r\n${upgradeLines}\r\n\r\n`, [], failed),
  unusual(
    'half an answer, to a WebSocket',
    `GET TARGET HTTP/1.1\r\nhost: ${host}\r\n${upgradeLines}\r\n\r\n`,
    [write(ok('content-length: 100\r\n', 'abcde'))],
    brokenOff,
  ),
  unusual(
    'half an answer, to a POST that asks for a WebSocket',
    `POST TARGET HTTP/1.1\r\nhost: ${host}\r\n${upgradeLines}\r\ncontent-length: 5\r\n\r\nabcde`,
    [write(ok('content-length: 100\r\n', 'abcde'))],
    [...brokenOff, '400', '501'],
  ),
  unusual(
    'garbage, to a WebSocket',
    `GET TARGET HTTP/1.1\r\nhost: ${host}\r\n${upgradeLines}\r\n\r\n`,
    [write('garbage\r\n\r\n'), end],
    failed,
  ),
  unusual(
    'a WebSocket with a wrong key',
    `GET TARGET HTTP/1.1\r\nhost: ${host}\r\n${upgradeLines}\r\n\r\n`,
    [
      write(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: AAAA\r\n\r\n',
      ),
      wait(50),
      reset,
    ],
    [...failed, '101', 'closed'],
  ),
  unusual(
    'a WebSocket that is reset at once',
    `GET TARGET HTTP/1.1\r\nhost: ${host}\r\n${upgradeLines}\r\n\r\n`,
    [
      write(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n\x82',
      ),
      reset,
    ],
    [...failed, '101', '101+cut', 'closed'],
  ),
]

/** While the request is still coming. */
function early(title: string, steps: readonly Step[], allowed: readonly string[]): HostileOrigin {
  return { title, misdeed: { after: 'head', steps, goesOn: false }, request: uploadRequest, allowed }
}

const stages: readonly HostileOrigin[] = [
  early('a close when the head has come', [end], failed),
  early('a reset when the head has come', [reset], failed),
  early(
    'an answer when the head has come, then a reset',
    [write(ok('content-length: 5\r\n', 'early')), wait(5), reset],
    ['200', ...brokenOff],
  ),
  early(
    'an answer when the head has come, then a close',
    [write(ok('content-length: 5\r\n', 'early')), end],
    ['200', ...brokenOff],
  ),
  early(
    'an answer when the head has come, and no further reading',
    [write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')],
    ['413', ...failed],
  ),
  answered('nothing', [], failed, { goesOn: false }),
  answered('a close instead of an answer', [end], failed, { goesOn: false }),
  answered('a reset instead of an answer', [reset], failed, { goesOn: false }),
  answered('a close in the status line', [write('HTTP/1.1 2'), end], failed, { goesOn: false }),
  answered('a reset in the status line', [write('HTTP/1.1 2'), wait(10), reset], failed, { goesOn: false }),
  answered('a close in the head', [write('HTTP/1.1 200 OK\r\nx: y\r\nz'), end], failed, { goesOn: false }),
  answered('a reset in the head', [write('HTTP/1.1 200 OK\r\nx: y\r\nz'), wait(10), reset], failed, { goesOn: false }),
  answered('half a head, then nothing', 'HTTP/1.1 200 OK\r\nx: y\r\n', failed, { goesOn: false }),
  answered('a reset behind the head', [write(ok('content-length: 5\r\n')), wait(10), reset], brokenOff, {
    goesOn: false,
  }),
  answered('a reset behind the answer', [write(ok('content-length: 5\r\n', 'abcde')), reset], ['200', ...brokenOff], {
    goesOn: false,
  }),
  answered('a close behind the answer', [write(ok('content-length: 5\r\n', 'abcde')), end], ['200'], {
    goesOn: false,
    body: 'abcde',
  }),
  answered('an interim answer, then a reset', [write('HTTP/1.1 103 Early Hints\r\n\r\n'), wait(10), reset], failed, {
    goesOn: false,
  }),
  answered('an interim answer, then nothing', 'HTTP/1.1 100 Continue\r\n\r\n', failed, { goesOn: false }),
]

/** By what they do. */
export const hostileOrigins: Readonly<Record<string, readonly HostileOrigin[]>> = {
  'no HTTP': noHttp,
  'odd lengths': lengths,
  'odd chunks': chunks,
  'odd lines': lines,
  floods,
  'answers that nobody asked for': unasked,
  'every stage': stages,
  'unusual requests': unusualRequests,
}
