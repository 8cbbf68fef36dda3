import { host } from './routes.ts'
import type { RuntimeName } from './runtimes.ts'
import { drip, end, hear, reset, type Step, wait, write } from './steps.ts'
import type { Misdeed } from './strict-origin.ts'

/** A client that leaves, and when. */
export interface LeavingClient {
  readonly title: string
  readonly steps: (target: string) => readonly Step[]
  /** What the origin does meanwhile; undefined: it answers. */
  readonly misdeed?: Misdeed
}

const get = (target: string) => write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
const post = (target: string, lines: string, body: string) =>
  write(`POST ${target} HTTP/1.1\r\nhost: ${host}\r\n${lines}\r\n\r\n${body}`)
const silent: Misdeed = { after: 'request', steps: [], goesOn: false }
const endless: Misdeed = {
  after: 'request',
  steps: [
    write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
    { kind: 'drip', bytes: Buffer.from(`1000\r\n${'z'.repeat(4096)}\r\n`), everyMs: 5, count: 400 },
  ],
  goesOn: false,
}
const large: Misdeed = {
  after: 'request',
  steps: [write(`HTTP/1.1 200 OK\r\ncontent-length: 8000000\r\n\r\n${'z'.repeat(8_000_000)}`)],
  goesOn: false,
}

/** Each by RST, and by FIN where that is another thing. */
export const leavingClients: readonly LeavingClient[] = [
  { title: 'a reset before anything', steps: () => [reset] },
  { title: 'a reset in the request line', steps: () => [write('GET /mis'), wait(5), reset] },
  { title: 'a reset in the head', steps: target => [write(`GET ${target} HTTP/1.1\r\nhost: hos`), wait(5), reset] },
  { title: 'an end in the head', steps: target => [write(`GET ${target} HTTP/1.1\r\nhost: hos`), end] },
  {
    title: 'a reset between head and body',
    steps: target => [post(target, 'content-length: 1000', ''), wait(5), reset],
  },
  { title: 'an end between head and body', steps: target => [post(target, 'content-length: 1000', ''), end] },
  {
    title: 'a reset in the body',
    steps: target => [post(target, 'content-length: 100000', 'x'.repeat(50_000)), wait(5), reset],
  },
  { title: 'an end in the body', steps: target => [post(target, 'content-length: 100000', 'x'.repeat(50_000)), end] },
  {
    title: 'a reset between chunks',
    steps: target => [post(target, 'transfer-encoding: chunked', '5\r\nabcde\r\n'), wait(5), reset],
  },
  {
    title: 'an end between chunks',
    steps: target => [post(target, 'transfer-encoding: chunked', '5\r\nabcde\r\n'), end],
  },
  {
    title: 'a reset in a chunk',
    steps: target => [post(target, 'transfer-encoding: chunked', '50\r\nabcde'), wait(5), reset],
  },
  { title: 'a reset behind the request', steps: target => [get(target), reset] },
  { title: 'a reset while the origin says nothing', steps: target => [get(target), wait(30), reset], misdeed: silent },
  { title: 'an end while the origin says nothing', steps: target => [get(target), wait(30), end], misdeed: silent },
  { title: 'a reset in the response', steps: target => [get(target), hear, wait(20), reset], misdeed: endless },
  { title: 'an end in the response', steps: target => [get(target), hear, wait(20), end], misdeed: endless },
  { title: 'a reset at the end of the response', steps: target => [get(target), hear, reset] },
  { title: 'a reset in a large response', steps: target => [get(target), hear, reset], misdeed: large },
]

/** A client that takes its time. */
export interface SlowClient {
  readonly title: string
  readonly steps: (target: string) => readonly Step[]
  /** Where it has to be answered or closed: the other runtimes set no limit. */
  readonly limitedOn: readonly RuntimeName[]
}

const started = (target: string) => write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n`)
const never = wait(120_000)

/** The settings that shorten what a slow client may take, for runtimes that have them. */
export const shortLimits = { SIGNALBOX_HEAD_TIMEOUT_MS: '1500', SIGNALBOX_IDLE_TIMEOUT_MS: '1500' }

/** workerd's own limit for a head is 15 s, and cannot be set. */
const head: readonly RuntimeName[] = ['workerd', 'node', 'deno']

const body: readonly RuntimeName[] = ['node', 'deno']

export const slowClients: readonly SlowClient[] = [
  { title: 'a client that says nothing', steps: () => [never], limitedOn: head },
  { title: 'a client that stops in the request line', steps: () => [write('GET /'), never], limitedOn: head },
  { title: 'a client that stops in the head', steps: target => [started(target), never], limitedOn: head },
  {
    title: 'a client that writes its head byte by byte',
    steps: target => [started(target), write('x: '), drip('y', 100, 1200)],
    limitedOn: head,
  },
  {
    title: 'a client that stops in the second head of a connection',
    steps: target => [get(target), hear, started(target), never],
    limitedOn: head,
  },
  {
    title: 'a client that stops in its body',
    steps: target => [post(target, 'content-length: 1000', 'abc'), never],
    limitedOn: body,
  },
  {
    title: 'a client that stops between chunks',
    steps: target => [post(target, 'transfer-encoding: chunked', '3\r\nabc\r\n'), never],
    limitedOn: body,
  },
]
