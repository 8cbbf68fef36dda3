import { host } from './routes.ts'
import { drip, end, type Step, write } from './steps.ts'
import type { SeenRequest } from './strict-origin.ts'

/** Something that a client sends, and what may become of it. */
export interface HostileRequest {
  readonly title: string
  /** `target` is the one that may reach the origin; anything else is smuggled. */
  readonly steps: (target: string) => readonly Step[]
  /** Outcomes as `Talk` tells them. */
  readonly allowed: readonly string[]
  readonly methods?: readonly string[]
  /** Requests that may reach the origin; 1 where absent. */
  readonly atMost?: number
  /** Answers to wait for; 1 where absent. */
  readonly due?: number
  /** What must hold of the request if it reaches the origin. */
  readonly isIntact?: (seen: SeenRequest) => boolean
}

/** The gateway will not have it. A close may come with an answer or overtake it. */
const refused = ['400', 'closed']
/** Where a runtime is free to read it in the one way that leaves no doubt. */
const refusedOrRead = ['200', ...refused]
const refusedAsUnknown = ['400', '501', 'closed']
const refusedAsTooLong = ['400', '413', '414', '431', 'closed']

const smuggled = `GET /smuggled HTTP/1.1\r\nhost: ${host}\r\nx-smuggled: 1\r\n\r\n`
const smuggledChunk = `0\r\n\r\n${smuggled}`

/** A POST with these lines after its Host, and this behind its head. */
function post(lines: readonly string[], body: string): (target: string) => readonly Step[] {
  return target => [write(`POST ${target} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)]
}

/** A GET with these lines after its Host. */
function get(lines: readonly string[], behind = ''): (target: string) => readonly Step[] {
  const text = lines.map(line => `${line}\r\n`).join('')
  return target => [write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n${text}\r\n${behind}`)]
}

/** A whole request as text, `TARGET` standing for the target. */
function raw(text: string): (target: string) => readonly Step[] {
  return target => [write(text.replaceAll('TARGET', target))]
}

const bothLengths = [`content-length: ${smuggledChunk.length}`, 'transfer-encoding: chunked']

const framedTwice: readonly HostileRequest[] = [
  { title: 'content-length, then transfer-encoding', steps: post(bothLengths, smuggledChunk), allowed: refusedOrRead },
  {
    title: 'transfer-encoding, then content-length',
    steps: post(bothLengths.toReversed(), smuggledChunk),
    allowed: refusedOrRead,
  },
  {
    title: 'a content-length that is shorter than the chunks',
    steps: post(
      ['content-length: 4', 'transfer-encoding: chunked'],
      `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    ),
    allowed: refusedOrRead,
  },
  {
    title: 'the same content-length twice',
    steps: post(['content-length: 5', 'content-length: 5'], 'abcde'),
    allowed: refusedOrRead,
  },
  {
    title: 'two content-lengths, the first of them 0',
    steps: post(['content-length: 0', `content-length: ${smuggled.length}`], smuggled),
    allowed: refused,
  },
  {
    title: 'two content-lengths, the second of them 0',
    steps: post([`content-length: ${smuggled.length}`, 'content-length: 0'], smuggled),
    allowed: refused,
  },
  {
    title: 'a list of one content-length twice',
    steps: post(['content-length: 5, 5'], 'abcde'),
    allowed: refusedOrRead,
  },
  {
    title: 'a list of two content-lengths',
    steps: post([`content-length: 0, ${smuggled.length}`], smuggled),
    allowed: refused,
  },
  {
    title: 'connection names content-length',
    steps: post(['connection: content-length', `content-length: ${smuggled.length}`], smuggled),
    allowed: refusedOrRead,
  },
  {
    title: 'connection names transfer-encoding',
    steps: post(['connection: transfer-encoding', 'transfer-encoding: chunked'], '5\r\nabcde\r\n0\r\n\r\n'),
    allowed: refusedOrRead,
  },
  {
    title: 'connection names host',
    steps: post(['connection: host, close', 'content-length: 5'], 'abcde'),
    allowed: refusedOrRead,
  },
]

/** Each with the bytes of a request behind it that a lenient reader would take for the next one. */
const lengths: readonly HostileRequest[] = [
  ...[
    `+${smuggled.length}`,
    `-${smuggled.length}`,
    '-1',
    `0x${smuggled.length.toString(16)}`,
    `${smuggled.length}.0`,
    '1e1',
    '1_0',
    `${smuggled.length};`,
    `"${smuggled.length}"`,
    `${smuggled.length} ${smuggled.length}`,
    'abc',
    `\x0b${smuggled.length}`,
    '99999999999999999999',
    String(2n ** 64n + BigInt(smuggled.length)),
  ].map(value => ({
    title: `content-length ${JSON.stringify(value)}`,
    steps: (target: string) => [...post([`content-length: ${value}`], smuggled)(target), end],
    allowed: [...refused, '413'],
  })),
  // An empty length is read as 0 by some, as none by others.
  {
    title: 'an empty content-length',
    steps: target => [...post(['content-length: '], '')(target), end],
    allowed: refusedOrRead,
  },
  {
    title: 'a content-length with zeros in front',
    steps: post(['content-length: 00005'], 'abcde'),
    allowed: refusedOrRead,
  },
  {
    title: 'a content-length between blanks',
    steps: post(['content-length: \t 5 \t'], 'abcde'),
    allowed: refusedOrRead,
  },
]

const encodings: readonly HostileRequest[] = [
  ...[
    'chunked, identity',
    'identity, chunked',
    'xchunked',
    'chunkedx',
    'chunked, chunked',
    'gzip, chunked',
    'chunked, gzip',
    'identity',
    '"chunked"',
    'chunked;q=1',
    'chunked,',
    ',chunked',
    'chun ked',
    '\x0bchunked',
    'chunked\x0c',
    'chunked\x00',
    '',
  ].flatMap(value => [
    {
      title: `transfer-encoding ${JSON.stringify(value)} beside a content-length`,
      steps: (target: string) =>
        post([`transfer-encoding: ${value}`, `content-length: ${smuggledChunk.length}`], smuggledChunk)(target),
      allowed: refusedAsUnknown,
    },
    {
      title: `transfer-encoding ${JSON.stringify(value)} alone`,
      steps: (target: string) => [...post([`transfer-encoding: ${value}`], '5\r\nabcde\r\n0\r\n\r\n')(target), end],
      // Empty list members mean nothing (RFC 9110 §5.6.1).
      allowed: /^,?chunked,?$/.test(value) ? [...refusedAsUnknown, '200'] : refusedAsUnknown,
    },
  ]),
  {
    title: 'transfer-encoding in capitals',
    steps: post(['TRANSFER-ENCODING: CHUNKED'], '5\r\nabcde\r\n0\r\n\r\n'),
    allowed: refusedOrRead,
  },
  {
    title: 'transfer-encoding between blanks',
    steps: post(['transfer-encoding: \t chunked \t'], '5\r\nabcde\r\n0\r\n\r\n'),
    allowed: refusedOrRead,
  },
  {
    title: 'transfer-encoding twice',
    steps: post(['transfer-encoding: chunked', 'transfer-encoding: chunked'], '5\r\nabcde\r\n0\r\n\r\n'),
    allowed: refusedAsUnknown,
  },
  {
    title: 'transfer-encoding twice beside a content-length',
    steps: post(
      ['transfer-encoding: chunked', 'transfer-encoding: chunked', `content-length: ${smuggledChunk.length}`],
      smuggledChunk,
    ),
    allowed: refusedAsUnknown,
  },
  {
    title: 'transfer-encoding chunked, then identity',
    steps: post(
      ['transfer-encoding: chunked', 'transfer-encoding: identity', `content-length: ${smuggledChunk.length}`],
      smuggledChunk,
    ),
    allowed: refusedAsUnknown,
  },
  ...[
    'Transfer-Encoding : chunked',
    ' Transfer-Encoding: chunked',
    'Transfer-Encoding\t: chunked',
    'Transfer\x00-Encoding: chunked',
    'Transfer-Encoding:\r\n chunked',
    'x: y\rTransfer-Encoding: chunked',
    'x: y\nTransfer-Encoding: chunked',
    '\x0bTransfer-Encoding: chunked',
  ].map(line => ({
    title: `${JSON.stringify(line)} beside a content-length`,
    steps: post([`content-length: ${smuggledChunk.length}`, line], smuggledChunk),
    allowed: [...refusedAsUnknown, '200'],
  })),
  {
    title: 'transfer_encoding beside a content-length',
    steps: post([`content-length: ${smuggledChunk.length}`, 'transfer_encoding: chunked'], smuggledChunk),
    allowed: refusedOrRead,
  },
  {
    title: 'HTTP/1.0 with transfer-encoding',
    steps: raw(
      `POST TARGET HTTP/1.0\r\nhost: ${host}\r\ntransfer-encoding: chunked\r\ncontent-length: ${smuggledChunk.length}\r\n\r\n${smuggledChunk}`,
    ),
    allowed: refusedOrRead,
  },
]

const chunks: readonly HostileRequest[] = [
  ...(
    [
      ['a chunk extension', '5;a=b\r\nabcde\r\n0\r\n\r\n', refusedOrRead],
      ['a quoted chunk extension', '5;a="b;c"\r\nabcde\r\n0;last\r\n\r\n', refusedOrRead],
      ['a chunk extension of 64 KB', `5;${'a'.repeat(65_536)}\r\nabcde\r\n0\r\n\r\n`, [...refusedOrRead, '413', '431']],
      ['a line feed in a chunk extension', `5;\nabc\r\nabcde\r\n0\r\n\r\n${smuggled}`, refused],
      ['a carriage return in a chunk extension', `5;a\rb\r\nabcde\r\n0\r\n\r\n`, refused],
      ['a blank behind the chunk size', '5 \r\nabcde\r\n0\r\n\r\n', refusedOrRead],
      ['a blank before the chunk size', ' 5\r\nabcde\r\n0\r\n\r\n', refused],
      ['chunk lines that end with a bare line feed', '5\nabcde\n0\n\n', refused],
      ['a chunk size that overflows 64 bits to 5', '10000000000000005\r\nabcde\r\n0\r\n\r\n', [...refused, '413']],
      ['a chunk size of 64 bits', 'FFFFFFFFFFFFFFFF\r\nabcde\r\n0\r\n\r\n', [...refused, '413']],
      ['a chunk size of 32 bits and more', '100000005\r\nabcde\r\n0\r\n\r\n', [...refused, '413', '408', '504', '503']],
      ['a negative chunk size', '-5\r\nabcde\r\n0\r\n\r\n', refused],
      ['a chunk size with a plus', '+5\r\nabcde\r\n0\r\n\r\n', refused],
      ['a chunk size with 0x', '0x5\r\nabcde\r\n0\r\n\r\n', refused],
      ['a chunk size with a letter too many', '5g\r\nabcde\r\n0\r\n\r\n', refused],
      ['an empty chunk size', '\r\nabcde\r\n0\r\n\r\n', refused],
      ['a chunk that is longer than its size', '5\r\nabcdefg\r\n0\r\n\r\n', refused],
      ['a chunk that is shorter than its size', '7\r\nabcde\r\n0\r\n\r\n', refused],
      ['no last chunk', '5\r\nabcde\r\n', refused],
      ['a last chunk without its end', '5\r\nabcde\r\n0\r\n', refused],
      ['a thousand chunks of one byte', `${'1\r\na\r\n'.repeat(1000)}0\r\n\r\n`, refusedOrRead],
      ['a content-length as a trailer', `5\r\nabcde\r\n0\r\ncontent-length: ${smuggled.length}\r\n\r\n`, refusedOrRead],
      ['a transfer-encoding as a trailer', '5\r\nabcde\r\n0\r\ntransfer-encoding: chunked\r\n\r\n', refusedOrRead],
      ['a trailer that is no header', '5\r\nabcde\r\n0\r\nno colon\r\n\r\n', refusedOrRead],
      ['a trailer with a NUL', '5\r\nabcde\r\n0\r\nx: \x00\r\n\r\n', refusedOrRead],
      [
        '1 MB of trailers',
        `5\r\nabcde\r\n0\r\n${'x: yyyyyyy\r\n'.repeat(87_382)}\r\n`,
        [...refusedOrRead, ...refusedAsTooLong],
      ],
    ] as const
  ).map(([title, body, allowed]) => ({
    title,
    steps: (target: string) => [...post(['transfer-encoding: chunked'], body)(target), end],
    allowed,
  })),
]

const lines: readonly HostileRequest[] = [
  // RFC 9112 §2.2 lets a recipient take a bare line feed for a line end, and a carriage return alone for nothing.
  { title: 'line feeds alone', steps: raw(`GET TARGET HTTP/1.1\nhost: ${host}\n\n`), allowed: refusedOrRead },
  {
    title: 'a line feed alone behind the request line',
    steps: raw(`GET TARGET HTTP/1.1\nhost: ${host}\r\n\r\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'a line feed alone at the end of the head',
    steps: raw(`GET TARGET HTTP/1.1\r\nhost: ${host}\r\n\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'a line feed alone that would end the head early',
    steps: post([`x: y\n\ncontent-length: ${smuggled.length}`], smuggled),
    allowed: [...refusedOrRead, '200+400', '200+closed'],
  },
  {
    title: 'carriage returns alone',
    steps: target => [write(`GET ${target} HTTP/1.1\rhost: ${host}\r\r`), end],
    allowed: refused,
  },
  { title: 'a carriage return in a value', steps: get(['x: a\rb']), allowed: refused },
  { title: 'a carriage return before the line end', steps: get(['x: a\r']), allowed: refusedOrRead },
  { title: 'a carriage return in a name', steps: get(['x\ry: a']), allowed: refused },
  { title: 'a folded value', steps: get(['x: a', ' b']), allowed: refusedOrRead },
  { title: 'a folded value, with a tab', steps: get(['x: a', '\tb']), allowed: refusedOrRead },
  { title: 'a folded content-length', steps: post(['content-length:', ' 5'], 'abcde'), allowed: refusedOrRead },
  { title: 'a content-length of two lines', steps: post(['content-length: 0', ' 5'], 'abcde'), allowed: refused },
  {
    title: 'a folded first line',
    steps: raw(`GET TARGET HTTP/1.1\r\n x: y\r\nhost: ${host}\r\n\r\n`),
    allowed: refused,
  },
  { title: 'a blank before a colon', steps: get(['x : y']), allowed: refused },
  {
    title: 'a blank before the colon of content-length',
    steps: post(['content-length : 5'], 'abcde'),
    allowed: refused,
  },
  {
    title: 'a blank before the colon of host',
    steps: raw(`GET TARGET HTTP/1.1\r\nhost : ${host}\r\n\r\n`),
    allowed: refused,
  },
  { title: 'a NUL in a value', steps: get(['x: a\x00b']), allowed: refused },
  { title: 'a NUL in a name', steps: get(['x\x00: a']), allowed: refused },
  { title: 'a NUL in the target', steps: raw(`GET TARGET\x00/x HTTP/1.1\r\nhost: ${host}\r\n\r\n`), allowed: refused },
  { title: 'control characters in a value', steps: get(['x: \x01\x02\x7f']), allowed: refusedOrRead },
  { title: 'bytes beyond ASCII in a value', steps: get(['x: \x80\xff\xe2\x82']), allowed: refusedOrRead },
  ...['\x80', '(', 'a b', 'a\tb', 'é', '"', '@', '{}', '\x7f', 'x/y'].map(name => ({
    title: `${JSON.stringify(name)} as a header name`,
    steps: get([`${name}: x`]),
    allowed: refused,
  })),
  { title: 'an empty header name', steps: get([': x']), allowed: refused },
  { title: 'a line without a colon', steps: get(['no colon here']), allowed: refused },
  {
    title: 'an empty line before the request',
    steps: raw(`\r\nGET TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'a thousand empty lines before the request',
    steps: raw(`${'\r\n'.repeat(1000)}GET TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refusedOrRead,
  },
]

const starts: readonly HostileRequest[] = [
  { title: 'HTTP/0.9', steps: target => [write(`GET ${target}\r\n\r\n`), end], allowed: [...refused, '426', '505'] },
  {
    title: 'HTTP/1.0',
    steps: raw(`GET TARGET HTTP/1.0\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refusedOrRead, '426', '505'],
  },
  { title: 'HTTP/1.2', steps: raw(`GET TARGET HTTP/1.2\r\nhost: ${host}\r\n\r\n`), allowed: [...refusedOrRead, '505'] },
  {
    title: 'HTTP/2.0',
    steps: raw(`GET TARGET HTTP/2.0\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refused, '426', '505'],
  },
  {
    title: 'the preface of HTTP/2',
    steps: raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    allowed: [...refused, '501', '505'],
  },
  { title: 'http/1.1 in small letters', steps: raw(`GET TARGET http/1.1\r\nhost: ${host}\r\n\r\n`), allowed: refused },
  {
    title: 'two blanks before the target',
    steps: raw(`GET  TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'two blanks behind the target',
    steps: raw(`GET TARGET  HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'tabs in the request line',
    steps: raw(`GET\tTARGET\tHTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refused, '501'],
  },
  { title: 'a blank in the target', steps: raw(`GET TARGET x HTTP/1.1\r\nhost: ${host}\r\n\r\n`), allowed: refused },
  {
    title: 'a whole request in the target',
    steps: raw(`GET TARGET HTTP/1.1 x: y HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refused,
  },
  {
    title: 'bytes beyond ASCII in the target',
    steps: raw(`GET TARGET/\xe9\xff HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'encoded line ends in the target',
    steps: raw(`GET TARGET/%0d%0aGET%20/smuggled%20HTTP/1.1%0d%0a HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refusedOrRead, '404'],
  },
  { title: 'no host', steps: raw('GET TARGET HTTP/1.1\r\n\r\n'), allowed: refused },
  {
    title: 'two hosts',
    steps: raw(`GET TARGET HTTP/1.1\r\nhost: ${host}\r\nhost: other.test\r\n\r\n`),
    allowed: refused,
  },
  { title: 'an empty host', steps: raw('GET TARGET HTTP/1.1\r\nhost: \r\n\r\n'), allowed: [...refused, '404'] },
  {
    title: 'a host with a line of its own',
    steps: raw(`GET TARGET HTTP/1.1\r\nhost: ${host}%0d%0ax:y\r\n\r\n`),
    allowed: [...refused, '404'],
  },
  {
    title: 'an absolute target with another host',
    steps: raw(`GET http://other.testTARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refusedOrRead, '404'],
  },
  {
    title: 'CONNECT',
    steps: raw(`CONNECT ${host}:80 HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    methods: ['GET'],
    // 500 is workerd's own, before the gateway.
    allowed: ['500', ...refused, '404', '405', '501'],
    atMost: 0,
  },
  {
    title: 'TRACE',
    steps: raw(`TRACE TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: ['200', '400', '404', '405', '501', 'closed'],
  },
  {
    title: 'an unknown method',
    steps: raw(`FOO TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: ['200', '400', '405', '501', 'closed'],
  },
  {
    title: 'a method in small letters',
    steps: raw(`get TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refused, '200', '405', '501'],
  },
  {
    title: 'OPTIONS *',
    steps: raw(`OPTIONS * HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: ['200', '204', '400', '404', '501'],
  },
]

const bodies: readonly HostileRequest[] = [
  { title: 'a GET with a body', steps: get([`content-length: ${smuggled.length}`], smuggled), allowed: refusedOrRead },
  {
    title: 'a GET with chunks',
    steps: get(['transfer-encoding: chunked'], '5\r\nabcde\r\n0\r\n\r\n'),
    allowed: refusedOrRead,
  },
  {
    title: 'a HEAD with a body',
    steps: raw(`HEAD TARGET HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`),
    methods: ['HEAD'],
    allowed: refusedOrRead,
  },
  {
    title: 'a DELETE with chunks',
    steps: raw(`DELETE TARGET HTTP/1.1\r\nhost: ${host}\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n`),
    allowed: refusedOrRead,
  },
  {
    title: 'expect: 100-continue with its body at once',
    steps: post(['expect: 100-continue', 'content-length: 5'], 'abcde'),
    allowed: [...refusedOrRead, '417'],
  },
  {
    title: 'an unknown expectation',
    steps: post(['expect: the-worst', 'content-length: 5'], 'abcde'),
    allowed: [...refusedOrRead, '417'],
  },
  {
    title: 'a WebSocket upgrade with a body',
    steps: get(
      [
        'connection: upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
        `content-length: ${smuggled.length}`,
      ],
      smuggled,
    ),
    allowed: [...refusedOrRead, '426', '501', '502', '503'],
  },
  {
    title: 'a WebSocket upgrade without a key, with a request behind it',
    steps: get(['connection: upgrade', 'upgrade: websocket'], smuggled),
    // The request behind it is one of the client's own.
    allowed: [...refusedOrRead, '426', '501', '502', '503', '200+200', '400+200', '426+200', '501+200', '503+200'],
    atMost: 2,
  },
  {
    title: 'an upgrade to h2c',
    steps: get(['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__']),
    allowed: [...refusedOrRead, '426', '501', '503'],
  },
  {
    title: 'te: trailers and a trailer field',
    steps: get(['te: trailers', 'trailer: content-length']),
    allowed: ['200'],
  },
  {
    title: 'a range of ranges',
    steps: get([`range: bytes=${Array.from({ length: 1000 }, (_, at) => `${at}-${at}`).join(',')}`]),
    allowed: ['200', '206', '416', '431', '400'],
  },
]

const behind: readonly HostileRequest[] = [
  {
    title: 'a second request behind the first',
    steps: target => [...get([])(target), ...get([])(target)],
    allowed: ['200', '200+200'],
    atMost: 2,
    due: 2,
  },
  {
    title: 'bytes of TLS behind a request',
    steps: get([], '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
    allowed: ['200', 'closed', '200+400', '200+501', '200+cut'],
  },
  {
    title: 'junk behind a request',
    steps: get([], 'GARBAGE\r\n\r\n'),
    allowed: ['200', 'closed', '200+400', '200+501'],
  },
  { title: 'half a head behind a request', steps: get([], 'GET /smuggled HTT'), allowed: ['200'] },
  {
    title: 'junk behind the body of a request',
    steps: post(['content-length: 5'], `abcde\r\n\x00\x00${smuggled}`),
    allowed: ['200', 'closed', '200+400', '200+501'],
  },
  {
    title: 'TLS instead of HTTP',
    steps: () => [write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'), end],
    allowed: [...refused, '501'],
    atMost: 0,
  },
  {
    title: 'nothing but NUL',
    steps: () => [write('\x00'.repeat(4096)), end],
    allowed: [...refused, '431', '501'],
    atMost: 0,
  },
  { title: 'nothing at all', steps: () => [end], allowed: ['closed', '400', '408'], atMost: 0 },
  {
    title: 'a hundred requests at once',
    steps: target => [write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(100))],
    allowed: [Array(100).fill('200').join('+')],
    atMost: 100,
    due: 100,
  },
]

const megabyte = 1_048_576
const floods: readonly HostileRequest[] = [
  {
    title: 'twelve hundred header lines',
    steps: get(Array.from({ length: 1200 }, (_, at) => `x-${at}: y`)),
    allowed: ['200', ...refusedAsTooLong],
    // One runtime would keep the first thousand and say nothing.
    isIntact: ({ headers }) => headers.some(([name]) => name === 'x-1199'),
  },
  {
    title: 'a credential behind a thousand header lines',
    steps: get([...Array.from({ length: 1000 }, (_, at) => `x-${at}: y`), 'authorization: Basic eDp5']),
    allowed: ['200', ...refusedAsTooLong],
    isIntact: ({ headers }) => headers.some(([name]) => name === 'authorization'),
  },
  {
    title: 'a thousand lines of one header',
    steps: get(Array(1000).fill('x-a: y')),
    allowed: ['200', ...refusedAsTooLong],
  },
  {
    title: 'a thousand cookies',
    steps: get(Array.from({ length: 1000 }, (_, at) => `cookie: c${at}=y`)),
    allowed: ['200', ...refusedAsTooLong],
  },
  { title: 'a header line of 1 MB', steps: get([`x: ${'y'.repeat(megabyte)}`]), allowed: refusedAsTooLong },
  {
    title: 'a head of 1 MB',
    steps: get(Array(megabyte / 1024).fill(`x: ${'y'.repeat(1019)}`)),
    allowed: refusedAsTooLong,
  },
  {
    title: 'a target of 64 KB',
    steps: raw(`GET TARGET/${'a'.repeat(65_536)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refusedAsTooLong, '200'],
  },
  {
    title: 'a target of 1 MB',
    steps: raw(`GET TARGET/${'a'.repeat(megabyte)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: refusedAsTooLong,
  },
  {
    title: 'a method of 1 MB',
    steps: raw(`${'A'.repeat(megabyte)} TARGET HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    allowed: [...refusedAsTooLong, '501'],
  },
  {
    title: 'a host of 64 KB',
    steps: raw(`GET TARGET HTTP/1.1\r\nhost: ${'a'.repeat(65_536)}\r\n\r\n`),
    allowed: [...refusedAsTooLong, '404'],
  },
  {
    title: 'a connection field of ten thousand names',
    steps: get([`connection: ${Array.from({ length: 10_000 }, (_, at) => `n${at}`).join(', ')}`]),
    allowed: ['200', ...refusedAsTooLong],
  },
  {
    title: 'a head without an end',
    steps: target => [
      write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n`),
      drip(`x: ${'y'.repeat(8189)}\r\n`, 1, 2000),
    ],
    allowed: refusedAsTooLong,
  },
  { title: 'a header name of 100 KB', steps: get([`${'x'.repeat(100_000)}: y`]), allowed: refusedAsTooLong },
]

/** By what they try. */
export const hostileRequests: Readonly<Record<string, readonly HostileRequest[]>> = {
  'framed twice': framedTwice,
  'odd lengths': lengths,
  'odd encodings': encodings,
  'odd chunks': chunks,
  'odd lines': lines,
  'odd request lines': starts,
  'odd bodies': bodies,
  'junk behind a request': behind,
  floods,
}
