import type { ValueMatch } from '../../fib/condition.ts'
import type { CorsPolicy } from '../../fib/cors.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import { lowerString } from './http-match.ts'

/**
 * Lowers `corsPolicy`. The deprecated `allowOrigin` counts where `allowOrigins` is absent; `*` allows every origin.
 * Source: Istio CorsPolicy.
 */
export function lowerCors(policy: NonNullable<HttpRule['corsPolicy']>): CorsPolicy {
  const { allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials, unmatchedPreflights } = policy
  const deprecated = policy.allowOrigin.map(exact => ({ exact }))
  const origins = policy.allowOrigins.length > 0 ? policy.allowOrigins : deprecated
  return {
    allowOrigins: origins.map(origin => (origin.exact === '*' ? anyOrigin : lowerString(origin))),
    ...(allowMethods.length > 0 && { allowMethods: allowMethods.join(',') }),
    ...(allowHeaders.length > 0 && { allowHeaders: allowHeaders.join(',') }),
    ...(exposeHeaders.length > 0 && { exposeHeaders: exposeHeaders.join(',') }),
    ...(maxAge !== undefined && { maxAgeSeconds: maxAge / 1000 }),
    allowsCredentials: allowCredentials === true,
    answersUnmatchedPreflights: unmatchedPreflights === 'IGNORE',
  }
}

const anyOrigin: ValueMatch = { kind: 'present' }
