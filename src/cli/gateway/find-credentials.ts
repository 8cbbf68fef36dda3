import type { ListenerTls } from '../../control-plane/compile-routes.ts'
import { placeOf } from '../../diagnostics/render.ts'
import { runtimes, type ServeRuntime } from '../../fib/runtime.ts'
import type { TlsTerms, TlsVersion } from '../../runtimes/node-http/serve-config.ts'
import { endOfValidity, readAuthority, readKeyPair } from './read-credential.ts'
import { selfSigned } from './self-signed.ts'
import { reasonToStayClosedOnWorkerd } from './workerd-tls.ts'

/** Where the certificates of a Gateway's servers come from. */
export type CredentialSource =
  | { readonly kind: 'folder'; readonly path: string }
  /** A new self-signed one for each server. */
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'none' }

/** What was found for the HTTPS listeners. */
export interface FoundCredentials {
  /** By listener. */
  readonly terms: ReadonlyMap<string, TlsTerms>
  /** The listeners whose ports stay closed, and why. */
  readonly closed: readonly ClosedListener[]
  /** What a client will stumble over. */
  readonly warnings: readonly string[]
  /** Why what was asked for cannot be had; then nothing is to be served. */
  readonly problems: readonly string[]
}

export interface ClosedListener {
  readonly settings: ListenerTls
  readonly reason: string
}

/** Finds the certificates for all HTTPS listeners that a runtime can serve, as Istio finds them in secrets of these names. */
export async function findCredentials(
  listeners: readonly ListenerTls[],
  source: CredentialSource,
  runtime: ServeRuntime,
): Promise<FoundCredentials> {
  const terms = new Map<string, TlsTerms>()
  const closed: ClosedListener[] = []
  const warnings: string[] = []
  const problems: string[] = []
  for (const settings of listeners) {
    const byRuntime = runtimes[runtime].tls === 'runtime' ? reasonToStayClosedOnWorkerd(settings, listeners) : undefined
    const reason = reasonToStayClosed(settings, source) ?? byRuntime
    if (reason !== undefined) {
      closed.push({ settings, reason })
      continue
    }
    const where = `(${settings.resource}, ${placeOf(settings.origin)})`
    const found = await certificatesFor(settings, source)
    problems.push(...found.problems.map(problem => `${problem} ${where}`))
    warnings.push(...found.warnings.map(warning => `${warning} ${where}`))
    terms.set(settings.listener, { ...found.terms, ...versionsOf(settings), hosts: settings.hosts })
  }
  return { terms, closed, warnings, problems }
}

function reasonToStayClosed(settings: ListenerTls, { kind }: CredentialSource): string | undefined {
  const { mode, credentialNames, maxVersion } = settings
  if (mode === 'ISTIO_MUTUAL') return '`mode: ISTIO_MUTUAL` needs certificates of a mesh'
  if (maxVersion === 'TLSV1_0' || maxVersion === 'TLSV1_1') return 'TLS older than 1.2 is not supported'
  if (kind === 'none') return 'its certificate is read from --tls-dir, which is not set'
  if (kind === 'self-signed') {
    return mode === 'SIMPLE' ? undefined : 'the CA of client certificates is read from --tls-dir, which is not set'
  }
  return credentialNames.length === 0 ? 'it has no `credentialName` to read from --tls-dir' : undefined
}

interface Certificates {
  readonly terms: Omit<TlsTerms, 'hosts'>
  readonly warnings: readonly string[]
  readonly problems: readonly string[]
}

async function certificatesFor(settings: ListenerTls, source: CredentialSource): Promise<Certificates> {
  if (source.kind !== 'folder') {
    return { terms: { certificates: [selfSigned(settings.hosts)] }, warnings: [], problems: [] }
  }
  const { mode, credentialNames, caCredentialName } = settings
  const problems: string[] = []
  const warnings: string[] = []
  const certificates: TlsTerms['certificates'][number][] = []
  for (const name of credentialNames) {
    const reading = await readKeyPair(source.path, name)
    if (reading.kind === 'unusable') {
      problems.push(reading.reason)
      continue
    }
    certificates.push(reading.content)
    const end = endOfValidity(reading.content)
    if (end < new Date()) warnings.push(`the certificate ${name} expired on ${end.toISOString().slice(0, 10)}`)
  }
  if (mode === 'SIMPLE') return { terms: { certificates }, warnings, problems }
  const authority = await readAuthority(source.path, caCredentialName ?? credentialNames[0]!)
  if (authority.kind === 'unusable')
    return { terms: { certificates }, warnings, problems: [...problems, authority.reason] }
  const clientTerms = { clientAuthority: authority.content, requiresCertificate: mode === 'MUTUAL' }
  return { terms: { certificates, ...clientTerms }, warnings, problems }
}

/** Where nothing is said, 1.2 is the oldest, as in Istio; older ones are no longer spoken at all. */
function versionsOf({ minVersion, maxVersion }: ListenerTls): Pick<TlsTerms, 'minVersion' | 'maxVersion'> {
  const min: TlsVersion = minVersion === 'TLSV1_3' ? 'TLSv1.3' : 'TLSv1.2'
  return { minVersion: min, ...(maxVersion === 'TLSV1_2' && { maxVersion: 'TLSv1.2' as const }) }
}
