import type { AccessLogEntry } from '../../../src/telemetry/access-log.ts'
import type { Gateway } from './gateway.ts'
import { type Answer, headBytes, readAnswer } from './message.ts'
import { type Arrival, type Handler, type OriginName, ruleHeader } from './origins.ts'
import type { Outcome, Runtime } from './outcome.ts'
import { dial, type Leave, type Wire, within } from './wire.ts'

/** A request of the client, as far as it is not the usual one. */
export interface Request {
  readonly method?: string
  readonly target?: string
  /** More header lines. */
  readonly lines?: readonly string[]
  /** Sent as it is; where no line says how long it is, its length is announced. */
  readonly body?: string | Uint8Array
}

/** An origin as a rule sees it. */
export interface Seen {
  /** The requests that came, also those that were taken. */
  readonly arrivals: readonly Arrival[]
  /** The next one that was not taken yet. */
  next(): Promise<Arrival>
}

/** An answer whose body has been read. */
export interface WholeAnswer extends Answer {
  readonly content: Buffer
}

let stageCount = 0

/** What a rule is tested on: a host name of its own behind a gateway that other rules use at the same time. */
export class Stage {
  readonly runtime: Runtime
  /** What is expected of the runtime for the capability that is tested. */
  readonly outcome: Outcome
  /** The Host of its requests; nobody else has it. */
  readonly host = `rule-${++stageCount}.test`
  readonly port: number
  readonly gateway: Gateway
  readonly #clients: Wire[] = []
  readonly #held: Arrival[] = []
  #fault: unknown
  #isOver = false

  constructor(gateway: Gateway, outcome: Outcome) {
    this.gateway = gateway
    this.runtime = gateway.runtime
    this.port = gateway.port
    this.outcome = outcome
  }

  /**
   * Gives an origin something to do with the requests of this rule. Without a handler each of them is held for the
   * rule to answer, which then has to end the connection, too.
   */
  origin(handler?: Handler, name: OriginName = 'main'): Seen {
    const arrivals: Arrival[] = []
    let taken = 0
    let wake = () => {}
    this.gateway.origins.handle(this.host, name, async arrival => {
      arrivals.push(arrival)
      wake()
      if (!handler) {
        this.#held.push(arrival)
        await new Promise(resolve => arrival.wire.socket.once('close', resolve))
        return
      }
      try {
        await handler(arrival)
      } catch (error) {
        this.#fault ??= error
        arrival.wire.reset()
      }
    })
    const arrived = async () => {
      while (arrivals.length <= taken) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return arrivals[taken++]!
    }
    return { arrivals, next: () => within(arrived(), `a request at the origin (${name})`) }
  }

  /** A connection to the gateway. */
  connect(): Wire {
    const wire = dial(this.port)
    this.#clients.push(wire)
    return wire
  }

  /** A connection that has had its answer and is idle from now on. */
  async idle(): Promise<Wire> {
    const wire = this.connect()
    await this.askWhole({ lines: ['x-unrouted: 1'] }, wire)
    return wire
  }

  /**
   * How the gateway ends a connection, which has to be before it ends another one that has been idle for longer: it
   * does not wait for the limit of either. workerd's limit is short, and cannot be set.
   * @throws Error where the idle one ends first
   */
  endBefore(idle: Wire, wire: Wire): Promise<Leave> {
    const limit = idle.over().then(() => Promise.reject(new Error('it does not end before an idle connection')))
    return within(Promise.race([wire.over(), limit]), 'the end of a connection')
  }

  /** The head of a request, as bytes. */
  head({ method = 'GET', target = '/', lines = [] }: Omit<Request, 'body'> = {}): Buffer {
    return headBytes(`${method} ${target} HTTP/1.1`, [`host: ${this.host}`, `${ruleHeader}: ${this.host}`, ...lines])
  }

  /** A request as bytes. */
  request({ body, lines = [], ...rest }: Request = {}): Buffer {
    if (body === undefined) return this.head({ ...rest, lines })
    const bytes = Buffer.from(body as string)
    const isFramed = lines.some(line => /^(?:content-length|transfer-encoding):/i.test(line))
    const length = isFramed ? [] : [`content-length: ${bytes.length}`]
    return Buffer.concat([this.head({ ...rest, lines: [...lines, ...length] }), bytes])
  }

  /** Sends a request and waits for the head of the answer, on a connection of its own or on a given one. */
  ask(request: Request = {}, wire: Wire = this.connect()): Promise<Answer> {
    wire.write(this.request(request))
    return this.answer(wire, request.method)
  }

  /** The head of the next answer on a connection. */
  answer(wire: Wire, method = 'GET'): Promise<Answer> {
    return looseEnd(within(readAnswer(wire, method), `an answer to ${method}`))
  }

  /** Asks, and reads the answer to its end. */
  askWhole(request: Request = {}, wire?: Wire): Promise<WholeAnswer> {
    const asking = this.ask(request, wire)
    return looseEnd(
      asking.then(async answer => ({ ...answer, content: await within(answer.body.all(), 'the whole body') })),
    )
  }

  /** The status and the text of an answer. */
  told(request: Request = {}, wire?: Wire): Promise<string> {
    return looseEnd(this.askWhole(request, wire).then(({ status, content }) => `${status} ${content}`.trim()))
  }

  /** The entries of the access log for this rule's host; waits until there are so many. */
  async logged(count = 1): Promise<readonly AccessLogEntry[]> {
    const ours = () => this.gateway.entries.filter(({ authority }) => authority === this.host)
    const waiting = async () => {
      while (ours().length < count && !this.#isOver) await this.gateway.nextEntries()
      return ours()
    }
    return within(waiting(), `${count} lines in the access log`)
  }

  /** The first entry of the access log for which a condition holds; waits until there is one. */
  async loggedAs(condition: (entry: AccessLogEntry) => boolean): Promise<AccessLogEntry> {
    const waiting = async () => {
      for (;;) {
        const entry = this.gateway.entries.find(condition)
        if (entry) return entry
        await this.gateway.nextEntries()
      }
    }
    return within(waiting(), 'a line in the access log')
  }

  /** Status and flags of the only request of this rule, as logged: `503 UF,URX`. */
  async verdict(): Promise<string> {
    const [entry] = await this.logged()
    return `${entry!.response_code} ${entry!.response_flags}`
  }

  /** Ends what is left of it. @throws what went wrong at an origin */
  clear(): void {
    this.#isOver = true
    this.gateway.origins.forget(this.host)
    for (const wire of this.#clients) wire.socket.destroy()
    for (const { wire } of this.#held) wire.socket.destroy()
    if (this.#fault !== undefined) throw this.#fault
  }
}

/** The same promise. A rule that fails before it comes to it must not be followed by a rejection that nobody awaits. */
function looseEnd<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
