/** The part of Deno's own interface that is used here. */
declare namespace Deno {
  interface ServeHandlerInfo {
    readonly remoteAddr: { readonly transport: string; readonly hostname?: string; readonly port?: number }
  }
  /** Switches a request to WebSocket; the response has to be returned to its client. */
  function upgradeWebSocket(
    request: Request,
    options?: { readonly protocol?: string; readonly idleTimeout?: number },
  ): { readonly socket: WebSocket; readonly response: Response }
}
