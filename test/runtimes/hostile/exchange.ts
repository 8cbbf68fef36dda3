import { Random } from '../../random.ts'
import { mutate } from './mutate.ts'
import { host } from './routes.ts'
import { end, reset, type Step, wait, write } from './steps.ts'
import type { Misdeed } from './strict-origin.ts'

/** One random exchange: what a client sends, and what an origin does. */
export interface Exchange {
  /** Where it goes: nothing else has this target. */
  readonly target: string
  /** What the origin is asked for. */
  readonly targetAtOrigin: string
  readonly method: string
  /** Of all requests that its bytes can be taken for, in their order. */
  readonly methods: readonly string[]
  readonly steps: readonly Step[]
  /** Undefined where the origin answers as it should. */
  readonly misdeed: Misdeed | undefined
  /** Whether the sender left before all of a request that was as it should be: no origin may take it for whole. */
  readonly isRequestCut: boolean
  /** The same of the origin's answer: no client may take it for whole. */
  readonly isAnswerCut: boolean
  /** Whether nothing is wrong with any side of it: it has to be served. */
  readonly isHonest: boolean
  /** Whether the request is whole and as it should be, whatever the client does after it. */
  readonly isRequestHonest: boolean
}

/** Where an origin misbehaves; behind one of them it is asked again. */
const doubtfulPaths = ['/fuzz', '/fuzz', '/fuzz', '/retried']

/** The exchange of this number; the same number is the same exchange. */
export function exchangeOf(seed: number, number: number): Exchange {
  const random = new Random(seed ^ Math.imul(number + 1, 0x9e3779b1))
  for (let count = 0; count < 8; count++) random.next()
  const isHostileOrigin = random.chance(0.4)
  const path = isHostileOrigin ? random.one(doubtfulPaths) : '/honest'
  const target = `${path}/${number}`
  const { method, text } = requestText(target, random)
  const isMutated = random.chance(isHostileOrigin ? 0.2 : 0.6)
  const delivery = random.chance(0.3) ? brokenOff : whole
  const sent = isMutated ? mutate(text, random) : text
  const { steps, isCut } = delivery(sent, random)
  const isRequestHonest = !isMutated && delivery === whole
  const answer = isHostileOrigin ? answerOf(method, number, random) : undefined
  return {
    target,
    targetAtOrigin: isHostileOrigin ? `/fuzz/${number}` : target,
    method,
    methods: [...sent.matchAll(/([A-Z]+) [^\r\n]* HTTP\/1\.\d\r?\n/g)].map(([, each]) => each!),
    steps,
    misdeed: answer?.misdeed,
    isRequestCut: !isMutated && isCut,
    isAnswerCut: answer?.isCut ?? false,
    isHonest: isRequestHonest && !isHostileOrigin,
    isRequestHonest,
  }
}

function requestText(target: string, random: Random): { readonly method: string; readonly text: string } {
  const method = random.one(['GET', 'GET', 'GET', 'HEAD', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
  const lines = [`${method} ${target} HTTP/1.1`, `host: ${host}`]
  for (let count = random.below(6); count > 0; count--) lines.push(random.one(harmlessLines))
  const hasBody = method === 'POST' || method === 'PUT' || random.chance(0.05)
  const head = (...more: string[]) => `${[...lines, ...more].join('\r\n')}\r\n\r\n`
  if (!hasBody) return { method, text: head() }
  const body = 'b'.repeat(random.one([0, 1, 5, 100, 5000, 70_000]))
  // Not every runtime can hand on the chunks of a GET; that is refused, and rightly so.
  const isOneOfThem = method === 'GET' || method === 'HEAD'
  if (isOneOfThem || random.chance(0.5)) return { method, text: head(`content-length: ${body.length}`) + body }
  return { method, text: head('transfer-encoding: chunked') + inChunks(body, random) }
}

const harmlessLines = [
  'accept: */*',
  'cookie: a=b',
  'cookie: c=d',
  'x-named: value',
  'te: trailers',
  'connection: keep-alive',
  'accept-encoding: gzip, br',
  'if-none-match: "x"',
  'x-request-id: 00000000-0000-4000-8000-000000000000',
  `x-long: ${'y'.repeat(2000)}`,
]

function inChunks(body: string, random: Random): string {
  let text = ''
  for (let at = 0; at < body.length; ) {
    const size = Math.min(body.length - at, 1 + random.below(Math.max(1, body.length)))
    text += `${size.toString(16)}\r\n${body.slice(at, at + size)}\r\n`
    at += size
  }
  return `${text}0\r\n\r\n`
}

/** How a text is sent. */
interface Delivery {
  readonly steps: readonly Step[]
  /** Whether a part of it is never sent. */
  readonly isCut: boolean
}

/** All of it, in one piece or in some. */
function whole(text: string, random: Random): Delivery {
  if (random.chance(0.7)) return { steps: [write(text)], isCut: false }
  const at = random.below(text.length + 1)
  return { steps: [write(text.slice(0, at)), wait(random.below(4)), write(text.slice(at))], isCut: false }
}

/** A part of it or all, and then the sender is gone or has no more to say. */
function brokenOff(text: string, random: Random): Delivery {
  const at = random.chance(0.3) ? text.length : random.below(text.length + 1)
  const pause = random.chance(0.5) ? [wait(random.below(6))] : []
  const steps = [write(text.slice(0, at)), ...pause, random.chance(0.7) ? reset : end]
  return { steps, isCut: at < text.length }
}

function answerOf(
  method: string,
  number: number,
  random: Random,
): { readonly misdeed: Misdeed; readonly isCut: boolean } {
  const after = random.chance(0.2) ? 'head' : 'request'
  // Each takes the route's whole timeout.
  if (random.chance(0.01)) return { misdeed: { after, steps: [], goesOn: false }, isCut: true }
  const text = responseText(method, number, random)
  const delivery = random.chance(0.4) ? brokenOff : whole
  const isMutated = random.chance(0.7)
  const sent = isMutated ? mutate(text, random) : text
  const { steps, isCut } = delivery(sent, random)
  const goesOn = delivery === whole && random.chance(0.8)
  return { misdeed: { after, steps, goesOn }, isCut: !isMutated && isCut }
}

/** Names its exchange, so that it can be told where it arrives. */
function responseText(method: string, number: number, random: Random): string {
  const body = random.chance(0.2) ? 'r'.repeat(random.one([0, 5000, 70_000])) : markOf(number)
  const lines = [`x-exchange: ${number}`]
  for (let count = random.below(4); count > 0; count--) lines.push(random.one(harmlessAnswerLines))
  const head = (status: string, ...more: string[]) =>
    `HTTP/1.1 ${status}\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`
  const interim = random.chance(0.1) ? 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n' : ''
  const length = `content-length: ${body.length}`
  const content = method === 'HEAD' ? '' : body
  switch (random.below(8)) {
    case 0:
      return head('204 No Content')
    case 1:
      return head('304 Not Modified', 'etag: "x"')
    case 2:
      return interim + head('500 Internal Server Error', length) + content
    case 3:
      return interim + head('200 OK', 'transfer-encoding: chunked') + (method === 'HEAD' ? '' : inChunks(body, random))
    case 4:
      return head('302 Found', 'location: /elsewhere', length) + content
    default:
      return interim + head('200 OK', length) + content
  }
}

/** What the body of a hostile origin's answer says. */
const markOf = (number: number) => `exchange ${number}.`

const harmlessAnswerLines = [
  'content-type: text/plain',
  'set-cookie: a=b; path=/',
  'set-cookie: c=d',
  'cache-control: no-store',
  'content-encoding: gzip',
  'connection: keep-alive',
  'vary: accept',
]
