import type { TlsTerms } from '../../runtimes/node-http/serve-config.ts'
import { authorityOf, type ListenSockets } from './listen-sockets.ts'

export interface WorkerdConfig extends ListenSockets {
  /** Plain strings that the Worker reads from its environment. */
  readonly settings: Readonly<Record<string, string>>
  readonly compatibilityDate: string
  /** The whole path of a folder that the Worker reads as its KV namespace. */
  readonly storeFolder?: string
}

/** The names of the files that the configuration embeds; they stand beside it. */
export const moduleFiles = { worker: 'worker.js', table: 'table.fib' } as const

/** The constant that holds the configuration. */
export const configName = 'config'

/**
 * The configuration of a workerd that serves one table: a socket for each listener, all of the same Worker, each with
 * `props` that tell the Worker by which of them a request came in.
 *
 * Origins may lie in private networks and on this machine: which addresses are dialled, the table alone decides.
 */
export function workerdConfig(config: WorkerdConfig): string {
  const { address, sockets, settings, compatibilityDate, storeFolder } = config
  const socketLines = sockets.map(({ listener, port, tls }) => {
    const props = `props = (json = ${capnpText(JSON.stringify({ listener, port }))})`
    return (
      `    (name = ${capnpText(listener)}, address = ${capnpText(authorityOf(address, port))}, ${protocolOf(tls)}, ` +
      `service = (name = "main", ${props})),`
    )
  })
  const bindingLines = Object.entries(settings).map(
    ([name, value]) => `    (name = ${capnpText(name)}, text = ${capnpText(value)}),`,
  )
  const serviceLines: string[] = []
  if (storeFolder !== undefined) {
    // Its files serve as KV does: a key is a path.
    serviceLines.push(`    (name = "tables", disk = (path = ${capnpText(storeFolder)})),`)
    bindingLines.push('    (name = "SIGNALBOX_TABLES", kvNamespace = "tables"),')
  }
  return `using Workerd = import "/workerd/workerd.capnp";

const ${configName} :Workerd.Config = (
  services = [
    (name = "main", worker = .gateway),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
${serviceLines.join('\n')}
  ],
  sockets = [
${socketLines.join('\n')}
  ],
);

const gateway :Workerd.Worker = (
  modules = [
    (name = "${moduleFiles.worker}", esModule = embed "${moduleFiles.worker}"),
    (name = "${moduleFiles.table}", data = embed "${moduleFiles.table}"),
  ],
  compatibilityDate = ${capnpText(compatibilityDate)},
  bindings = [
${bindingLines.join('\n')}
  ],
);
`
}

function protocolOf(tls: TlsTerms | undefined): string {
  if (!tls) return 'http = ()'
  const [{ chain, key } = { chain: '', key: '' }] = tls.certificates
  const keyPair = `keypair = (privateKey = ${capnpText(key)}, certificateChain = ${capnpText(chain)})`
  const minVersion = `minVersion = ${tls.minVersion === 'TLSv1.3' ? 'tls1Dot3' : 'tls1Dot2'}`
  return `https = (options = (), tlsOptions = (${keyPair}, ${minVersion}))`
}

/** A string literal of Cap'n Proto's text format. Its escapes are those of C, which JSON's are not in all cases. */
function capnpText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped.
  const escaped = value.replace(/["\\\u0000-\u001f\u007f]/g, character => {
    const code = character.charCodeAt(0)
    return code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\${character}`
  })
  return `"${escaped}"`
}
