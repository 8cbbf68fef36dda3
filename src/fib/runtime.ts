/** How requests come in and go upstream. */
export interface Transport {
  /** Whether an endpoint is sent the Host that is meant; `fetch` takes it from the URL. */
  readonly keepsHost: boolean
  /** Whether an endpoint is asked for the target as it is given; `fetch` resolves dot segments, and asks for others. */
  readonly keepsTarget: boolean
  /** Whether repeated header lines are tested one by one; web headers join them. */
  readonly keepsLines: boolean
  /** Whether trailers go through. */
  readonly keepsTrailers: boolean
}

/**
 * The transports there are. `fetch`: web requests in, `fetch` upstream. `sockets`: HTTP messages both ways.
 * `fetch-to-sockets`: web requests in, HTTP messages upstream, as the handler of `deno serve` has it.
 */
export const transports = {
  fetch: { keepsHost: false, keepsTarget: false, keepsLines: false, keepsTrailers: false },
  sockets: { keepsHost: true, keepsTarget: true, keepsLines: true, keepsTrailers: true },
  'fetch-to-sockets': { keepsHost: true, keepsTarget: true, keepsLines: false, keepsTrailers: false },
} as const satisfies Readonly<Record<string, Transport>>

/** What decisions about a runtime depend on. */
interface RuntimeFacts {
  /** As messages call it. */
  readonly title: string
  readonly transport: keyof typeof transports
  /** Whether it is Cloudflare's network, with one place where all requests come in, or a machine of one's own. */
  readonly place: 'cloudflare' | 'machine'
  /**
   * What ends TLS: the zone, by Cloudflare's settings; the runtime, which has one certificate a port and looks at no
   * client certificate; or the gateway itself.
   */
  readonly tls: 'zone' | 'runtime' | 'gateway'
  /** Whether `signalbox serve` starts it, and `signalbox explain` decides for it. */
  readonly isServed: boolean
}

/** The runtimes, by the names that users give to `--target` and `--runtime`, in the order in which they are listed. */
export const runtimes = {
  workers: { title: 'Workers', transport: 'fetch', place: 'cloudflare', tls: 'zone', isServed: false },
  workerd: { title: 'workerd', transport: 'fetch', place: 'machine', tls: 'runtime', isServed: true },
  deno: { title: 'Deno', transport: 'sockets', place: 'machine', tls: 'gateway', isServed: true },
  node: { title: 'Node', transport: 'sockets', place: 'machine', tls: 'gateway', isServed: true },
} as const satisfies Readonly<Record<string, RuntimeFacts>>

export type RuntimeName = keyof typeof runtimes
export const runtimeNames = Object.keys(runtimes) as RuntimeName[]

/** The runtimes that `signalbox serve` starts. */
export type ServeRuntime = Named<{ readonly isServed: true }>
/** Those of them on which the gateway is a process with sockets of its own. */
export type ProcessRuntime = Named<{ readonly isServed: true; readonly transport: 'sockets' }>

type Named<Facts> = { [Name in RuntimeName]: (typeof runtimes)[Name] extends Facts ? Name : never }[RuntimeName]

export const serveRuntimes = runtimeNames.filter((name): name is ServeRuntime => runtimes[name].isServed)

/** Whether the gateway is a process with sockets of its own there. */
export function isProcessRuntime(name: ServeRuntime): name is ProcessRuntime {
  return runtimes[name].transport === 'sockets'
}
