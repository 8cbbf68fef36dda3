import type { ValueMatch } from './condition.ts'

/** Which scripts of other origins may read the answers of a route. */
export interface CorsPolicy {
  /** Any may match; the request's origin is what is answered. */
  readonly allowOrigins: readonly ValueMatch[]
  /** Joined as they go into the header; `*` is answered with what the preflight asks for where credentials are allowed. */
  readonly allowMethods?: string
  readonly allowHeaders?: string
  readonly exposeHeaders?: string
  readonly maxAgeSeconds?: number
  readonly allowsCredentials: boolean
  /** Whether a preflight from another origin is answered here instead of being forwarded. */
  readonly answersUnmatchedPreflights: boolean
}
