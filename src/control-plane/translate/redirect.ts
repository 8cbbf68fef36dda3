import type { RedirectAction } from '../../fib/action.ts'
import type { HttpRule } from '../resolve/http-rule.ts'

/** Lowers `redirect`. Its code is 301 unless it says otherwise. Source: Istio HTTPRedirect. */
export function lowerRedirect(redirect: NonNullable<HttpRule['redirect']>): RedirectAction {
  const { uri, prefixRewrite, authority, scheme, redirectCode, port, derivePort } = redirect
  // FROM_PROTOCOL_DEFAULT is what happens without either: Envoy then keeps the port of the Host header.
  const newPort = port ?? (derivePort === 'FROM_REQUEST_PORT' ? 'listener' : undefined)
  return {
    kind: 'redirect',
    status: redirectCode || 301,
    ...(uri && { path: uri }),
    ...(prefixRewrite && { prefix: prefixRewrite }),
    ...(authority && { authority }),
    ...(scheme && { scheme: scheme === 'https' ? 'https' : 'http' }),
    ...(newPort !== undefined && { port: newPort }),
  }
}
