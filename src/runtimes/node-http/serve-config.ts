/** What `signalbox serve` hands to the process that is to be the gateway, as JSON in a file. */
export interface ServeConfig {
  /** The numeric address to listen on. */
  readonly address: string
  /** Those with `tls` may share a port: the name that a client asks for tells them apart. */
  readonly sockets: readonly ServedSocket[]
  /** The file that holds the table that serves first. */
  readonly tableFile: string
  /** The folder whose published versions are followed. */
  readonly storeFolder?: string
}

/** A port, and the listener of the table that requests come in by there. */
export interface ServedSocket {
  readonly listener: string
  readonly port: number
  /** Present for HTTPS. */
  readonly tls?: TlsTerms
}

/** The terms on which a listener ends TLS. All texts are PEM. */
export interface TlsTerms {
  /** The names that clients may ask for: each exact, `*` and a suffix, or `*`. */
  readonly hosts: readonly string[]
  /** Its certificates, each with what leads to its authority, and their keys; of several, the client's abilities choose. */
  readonly certificates: readonly { readonly chain: string; readonly key: string }[]
  /** The authorities of client certificates; absent where none is requested. */
  readonly clientAuthority?: string
  /** Whether a client without a certificate is turned away. */
  readonly requiresCertificate?: boolean
  readonly minVersion?: TlsVersion
  readonly maxVersion?: TlsVersion
}

/** The versions that are spoken. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** What the process writes as its first line, to stdout, once every socket listens. */
export const listeningLine = 'listening'
