import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import type { ResourceContext } from './context.ts'
import { policyPlaces } from './policy-places.ts'

/**
 * `http1MaxPendingRequests` without `maxConnections` (SB6018). In Envoy a request is pending, too, while its connection
 * is being made; what the platform does with connections is not told here.
 */
export function findIdlePendingLimits({ config }: ResourceContext): Diagnostic[] {
  return config.destinationRules.flatMap(rule =>
    policyPlaces(rule).flatMap(({ path, parts: { connectionPool } }) => {
      if (!connectionPool?.http?.http1MaxPendingRequests || connectionPool.tcp?.maxConnections) return []
      const place = [...path, 'connectionPool', 'http', 'http1MaxPendingRequests']
      return [
        diagnose('SB6018', {
          message: '`http1MaxPendingRequests` limits nothing without `maxConnections`',
          span: rule.keySpanOf(place),
          path: formatPath(place),
          resource: rule.title,
          why: 'no request waits for a connection here: each request has its own',
          help: 'add `tcp: { maxConnections: … }`, or limit concurrent requests with `http2MaxRequests`',
        }),
      ]
    }),
  )
}
