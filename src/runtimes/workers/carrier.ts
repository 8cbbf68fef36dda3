/** What a request goes upstream with, beside what the gateway says. */
export interface Carrier {
  /** The client's request: only a copy of it can be a GET with a body. */
  readonly request: Request
  waitUntil(work: Promise<unknown>): void
  /** Whether this is Cloudflare, where an endpoint that cannot be reached is a status, not an exception. */
  readonly isCloudflare: boolean
}
