import { type Command, Option } from 'commander'
import { type ServeRuntime, serveRuntimes } from '../fib/runtime.ts'
import { exampleOf } from './flags/examples.ts'
import { folderName, portNumber } from './flags/option-values.ts'
import { type IdentityFlags, identityOf, identityOptions, routesArgument } from './flags/routes-flags.ts'
import type { CredentialSource } from './gateway/find-credentials.ts'
import type { OnEnd, World } from './world.ts'

interface ServeFlags extends IdentityFlags {
  readonly store?: string
  readonly runtime: ServeRuntime
  readonly tlsDir?: string
  readonly selfSigned?: boolean
  readonly host: string
  readonly port: number
}

/** `serve`: the gateway. */
export function addServe(program: Command, { terminal, pipeline, env, catchSignals }: World, onEnd: OnEnd): void {
  const [namespace, label] = identityOptions('this edge')
  program
    .command('serve')
    .description('run the gateway: forward by the routes on the ports of the Gateways, until SIGTERM')
    .addArgument(routesArgument())
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port for VirtualServices without a Gateway; 0 picks a free one', portNumber, 8080)
    .addOption(namespace)
    .addOption(label)
    .addOption(
      new Option('--runtime <runtime>', 'the runtime of the gateway').choices(serveRuntimes).default('workerd'),
    )
    .option('--store <dir>', 'the folder whose published versions it follows, starting with the routes', folderName)
    .option('--tls-dir <dir>', 'where the certificates of HTTPS servers are: <credentialName>.crt and .key')
    .addOption(new Option('--self-signed', 'make certificates for HTTPS servers, to try them out').conflicts('tlsDir'))
    .addHelpText(
      'after',
      exampleOf(
        'signalbox serve',
        'signalbox serve routes origins/staging --port 9000 --label istio=ingressgateway',
        'signalbox serve --runtime node --tls-dir certificates',
        'signalbox serve --runtime node --store tables',
      ),
    )
    .action(async (folders: string[], flags: ServeFlags) => {
      const { host, port, runtime } = flags
      const options = { folders, host, port, runtime, identity: identityOf(flags), credentials: credentialsFrom(flags) }
      const following = flags.store === undefined ? {} : { storeFolder: flags.store }
      const { serve } = await import('./verbs/serve.ts')
      onEnd(await serve({ ...options, ...following }, terminal, pipeline, catchSignals(), env))
    })
}

function credentialsFrom({ tlsDir, selfSigned }: ServeFlags): CredentialSource {
  if (tlsDir !== undefined) return { kind: 'folder', path: tlsDir }
  return { kind: selfSigned ? 'self-signed' : 'none' }
}
