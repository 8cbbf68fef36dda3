import type { ListenerTls } from '../../control-plane/compile-routes.ts'

/** Why workerd cannot serve an HTTPS listener; undefined where it can. It has one certificate for a port, whatever is asked for. */
export function reasonToStayClosedOnWorkerd(
  { mode, port, credentialNames, maxVersion }: ListenerTls,
  listeners: readonly ListenerTls[],
): string | undefined {
  const others = 'workerd does not; --runtime node and --runtime deno do'
  if (mode !== 'SIMPLE') return `client certificates have to be looked at: ${others}`
  if (listeners.filter(each => each.port === port).length > 1) {
    return `several servers share the port, and the SNI of the client would select one: ${others}`
  }
  if (credentialNames.length > 1) return `one of several certificates has to be chosen: ${others}`
  return maxVersion === undefined || maxVersion === 'TLSV1_3' || maxVersion === 'TLS_AUTO'
    ? undefined
    : `the newest version of TLS would be refused: ${others}`
}
