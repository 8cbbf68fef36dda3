import type { ServeRuntime } from '../../src/fib/runtime.ts'

/** How a runtime is started, and what it does that no configuration asks for. */
export interface Runtime {
  readonly name: ServeRuntime
  readonly serveArgs: readonly string[]
  /** The header at the origin that tells the host which was asked for. */
  readonly hostHeader: string
  /** Headers that reach the origin although nobody sent them, each with the fact that forces it. */
  readonly ownRequestHeaders: Readonly<Record<string, string>>
  /** The same for headers that reach the client. */
  readonly ownResponseHeaders: Readonly<Record<string, string>>
}

const hop = {
  'x-signalbox-hop': 'counts the gateways that a request has come through, so that none can go round for ever',
}

export const runtimes: Readonly<Record<string, Runtime>> = {
  workerd: {
    name: 'workerd',
    serveArgs: [],
    // `fetch` on workerd takes Host from the URL and ignores a Host header.
    hostHeader: 'x-forwarded-host',
    ownRequestHeaders: {
      ...hop,
      'x-forwarded-host': 'fetch takes Host from the URL; what was asked for goes along in this header',
      'cache-control': "workerd's fetch sends no-cache for `cache: 'no-store'`",
      pragma: "workerd's fetch sends no-cache for `cache: 'no-store'`",
    },
    ownResponseHeaders: {},
  },
  deno: {
    name: 'deno',
    serveArgs: ['--runtime', 'deno'],
    hostHeader: 'host',
    ownRequestHeaders: hop,
    ownResponseHeaders: {},
  },
  node: {
    name: 'node',
    serveArgs: ['--runtime', 'node'],
    hostHeader: 'host',
    ownRequestHeaders: hop,
    ownResponseHeaders: {},
  },
}
