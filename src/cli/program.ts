import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { defaultIdentity, type Target, targets } from '../control-plane/compile-routes.ts'
import { type ClientContext, clientFacts } from '../fib/request-head.ts'
import { addLabel, exampleOf, folderName, targetOption } from './command-options.ts'
import { type RuntimeName, runtimeNames } from './explain/runtimes.ts'
import { type FindingsFormat, findingsFormats } from './folders/print-findings.ts'
import type { CredentialSource } from './gateway/find-credentials.ts'
import { type ServeRuntime, serveRuntimes } from './gateway/serve-runtime.ts'
import { version } from './launch/version.ts'
import { type ExitStatus, exitStatus } from './terminal/exit-status.ts'
import { describeFault } from './terminal/our-fault.ts'
import { addVersionCommands } from './version-commands.ts'
import type { World } from './world.ts'

const examples = `
Examples:
  signalbox check                       judge routes/ and print what is wrong
  signalbox check --strict routes/      the same, and warnings fail too
  signalbox explain-code SB2001         what a finding means, and what to do about it
  signalbox compile -o dist/table.fib   compile routes/ into a forwarding table
  signalbox explain GET https://shop.example.com/cart
                                        what would be done with a request, and why
  signalbox table dist/table.fib        what a compiled table is made of
  signalbox dev                         serve routes/ on http://127.0.0.1:8787, reload on every save
  signalbox serve --port 8080           be the gateway: one port for each of the Gateways', one for all else
  signalbox publish -m "canary to 20 %"   make what routes/ say the active version, without a deployment
  signalbox rollback                    make the version before it the active one again

Exit status: 0 ok, 1 findings, 2 usage or files that cannot be read or written, 3 our own fault
`

/** Runs the command line `args` (without node and script) and returns the exit status; never throws. */
export async function run(args: readonly string[], world: World): Promise<ExitStatus> {
  const { terminal, pipeline, env } = world
  let status: ExitStatus = exitStatus.ok
  const program = new Command('signalbox')
    .description("Istio's traffic rules at the edge: judge them, compile them, try them")
    .version(version, '-V, --version')
    .addHelpText('after', examples)
    .showHelpAfterError('(signalbox --help shows what there is)')
    .exitOverride()
    .configureOutput({ writeOut: text => terminal.out.line(text), writeErr: text => terminal.err.line(text) })

  program
    .command('check')
    .description('judge the routes and print every finding')
    .argument('[dirs...]', 'folders of routes, or single files; read as one', ['routes'])
    .option('--strict', 'fail on warnings, not only on errors', false)
    .addOption(targetOption())
    .addOption(formatOption('-o, --format <format>'))
    .addHelpText(
      'after',
      exampleOf(
        'signalbox check',
        'signalbox check --strict routes/shop.yaml',
        'signalbox check --target node',
        'signalbox check -o sarif > routes.sarif',
        '',
        'In the YAML, on the line of a finding or the line before it: # signalbox-ignore CODE: reason',
      ),
    )
    .action(async (folders: string[], { strict, target, format }: CheckFlags) => {
      const { check } = await import('./run/check.ts')
      status = await check({ folders, isStrict: strict, target, format }, terminal, pipeline)
    })

  program
    .command('explain-code')
    .description('tell what the code of a finding means, why it matters and what to do')
    .argument('[code]', 'as findings name it, for example SB2001; without one, all codes are listed')
    .addHelpText('after', exampleOf('signalbox explain-code SB2001', 'signalbox explain-code ist0101'))
    .action(async (code: string | undefined) => {
      const { explainCode } = await import('./run/explain-code.ts')
      status = explainCode(code, terminal)
    })

  program
    .command('schema')
    .description('write JSON Schemas of the routes, by which editors check, complete and explain')
    .option('-o, --output <dir>', 'the folder to write them to', 'schemas')
    .addOption(new Option('--target <target>', 'tell what fields do on it; without it, on all').choices(targets))
    .addHelpText(
      'after',
      exampleOf(
        'signalbox schema',
        'signalbox schema --target workers -o .vscode/schemas',
        '',
        'In a file of routes: # yaml-language-server: $schema=../schemas/routes.schema.json',
      ),
    )
    .action(async (options: { output: string; target?: Target }) => {
      const { writeSchemas } = await import('./run/schema.ts')
      status = await writeSchemas(options, terminal)
    })

  program
    .command('compile')
    .description('compile the routes into a table file; writes nothing when there is an error')
    .argument('[dirs...]', 'folders of routes, or single files; read as one', ['routes'])
    .requiredOption('-o, --output <file>', 'the file to write', fileName)
    .addOption(targetOption())
    .addOption(formatOption('--format <format>'))
    .addHelpText(
      'after',
      exampleOf('signalbox compile -o dist/table.fib', 'signalbox compile routes origins/staging -o dist/table.fib'),
    )
    .action(async (folders: string[], { output, target, format }: CompileFlags) => {
      const { compile } = await import('./run/compile.ts')
      status = await compile({ folders, output, target, format }, terminal, pipeline)
    })

  program
    .command('explain')
    .description('tell what would be done with a request, and why')
    .argument('<method>', 'for example GET')
    .argument('<url>', 'a whole URL; only a path where -H names the Host')
    .argument('[dirs...]', 'folders of routes, or single files; read as one', ['routes'])
    .option('-H, --header <line>', "a header as 'name: value'; may be repeated", addLine, [])
    .option('--listener <name>', 'the listener that it comes in by (http.80, default); else its port and host decide')
    .option('--client <fact=value>', 'what is known of the client, as country=DE; may be repeated', addFact, {})
    .addOption(
      new Option('--runtime <runtime>', 'what carries it out').choices(runtimeNames).default('workerd' as RuntimeName),
    )
    .option('--random <number>', 'what every draw gives, from 0 to below 1', drawnNumber, 0.5)
    .option('--namespace <namespace>', 'namespace of this edge', defaultIdentity.namespace)
    .option('--label <key=value>', 'label of this edge; may be repeated', addLabel, defaultIdentity.labels)
    .option('--json', 'print the decision as JSON (decision.v1)', false)
    .addHelpText(
      'after',
      exampleOf(
        'signalbox explain GET https://shop.example.com/orders/7',
        "signalbox explain GET /cart routes -H 'Host: shop.example.com' -H 'x-user: qa' --random 0.95 --json",
        '',
        'Exit status: 0 a route decides, 1 refused (400, 403, 404, 503), 2 usage, 3 table and reference differ',
      ),
    )
    .action(async (method: string, url: string, folders: string[], flags: ExplainFlags) => {
      const { header, listener, client, runtime, random, namespace, label, json } = flags
      const request = { method, url, folders, headers: header, client, runtime, random, isJson: json }
      const entrance = listener === undefined ? {} : { listener }
      const { explain } = await import('./run/explain.ts')
      status = await explain({ ...request, ...entrance, identity: { namespace, labels: label } }, terminal, pipeline)
    })

  program
    .command('table')
    .description('tell what a compiled table is made of, and how a request is looked up in it')
    .argument('<file>', 'a table, as compile writes it')
    .argument('[method]', 'of a request, for example GET')
    .argument('[url]', 'a whole URL; only a path where -H names the Host')
    .option('-H, --header <line>', "a header as 'name: value'; may be repeated", addLine, [])
    .option('--json', 'print it as JSON', false)
    .addHelpText(
      'after',
      exampleOf('signalbox table dist/table.fib', 'signalbox table dist/table.fib GET https://shop.example.com/cart'),
    )
    .action(async (file: string, method: string | undefined, url: string | undefined, flags: TableFlags) => {
      if (method !== undefined && url === undefined) program.error("error: missing required argument 'url'")
      const request = method !== undefined && url !== undefined && { request: { method, url, headers: flags.header } }
      const { table } = await import('./run/table.ts')
      status = await table({ file, isJson: flags.json, ...request }, terminal)
    })

  program
    .command('dev')
    .description('serve the routes on this machine and reload them on every save')
    .argument('[dirs...]', 'folders of routes, or single files; read as one', ['routes'])
    .option('--port <port>', 'port to listen on; 0 takes a free one', portNumber, 8787)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('--origins <origins>', 'echo: endpoints answer with what they were asked; real: they are fetched')
        .choices(['echo', 'real'])
        .default('echo'),
    )
    .addHelpText('after', exampleOf('signalbox dev', 'signalbox dev --port 9000 --origins real'))
    .action(async (targets: string[], options: { port: number; host: string; origins: 'echo' | 'real' }) => {
      const { dev } = await import('./run/dev.ts')
      status = await dev({ targets, ...options }, terminal, pipeline, world.catchSignals(), env)
    })

  program
    .command('serve')
    .description("be the gateway: forward by the routes on the Gateways' own ports, until SIGTERM")
    .argument('[dirs...]', 'folders of routes, or single files; read as one', ['routes'])
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port for VirtualServices without a Gateway; 0 takes a free one', portNumber, 8080)
    .option('--namespace <namespace>', 'namespace of this edge', defaultIdentity.namespace)
    .option('--label <key=value>', 'label of this edge; may be repeated', addLabel, defaultIdentity.labels)
    .addOption(
      new Option('--runtime <runtime>', 'what carries the gateway out').choices(serveRuntimes).default('workerd'),
    )
    .option('--store <dir>', 'the folder whose published versions it follows, beginning with the routes', folderName)
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
      const { host, port, namespace, label, runtime } = flags
      const identity = { namespace, labels: label }
      const options = { folders, host, port, identity, runtime, credentials: credentialsFrom(flags) }
      const following = flags.store === undefined ? {} : { storeFolder: flags.store }
      const { serve } = await import('./run/serve.ts')
      status = await serve({ ...options, ...following }, terminal, pipeline, world.catchSignals(), env)
    })

  addVersionCommands(program, world, ended => {
    status = ended
  })

  try {
    await program.parseAsync(args, { from: 'user' })
    return status
  } catch (error) {
    // Commander has printed what it has to say: help and version were asked for, all else is a wrong command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage
    terminal.err.line(describeFault(error, env))
    return exitStatus.ourFault
  }
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

interface CheckFlags {
  readonly strict: boolean
  readonly target: Target
  readonly format: FindingsFormat
}

interface CompileFlags {
  readonly output: string
  readonly target: Target
  readonly format: FindingsFormat
}

interface TableFlags {
  readonly header: readonly string[]
  readonly json: boolean
}

interface ServeFlags {
  readonly store?: string
  readonly runtime: ServeRuntime
  readonly tlsDir?: string
  readonly selfSigned?: boolean
  readonly host: string
  readonly port: number
  readonly namespace: string
  readonly label: Readonly<Record<string, string>>
}

function credentialsFrom({ tlsDir, selfSigned }: ServeFlags): CredentialSource {
  if (tlsDir !== undefined) return { kind: 'folder', path: tlsDir }
  return { kind: selfSigned ? 'self-signed' : 'none' }
}

interface ExplainFlags {
  readonly header: readonly string[]
  readonly listener?: string
  readonly client: ClientContext
  readonly runtime: RuntimeName
  readonly random: number
  readonly namespace: string
  readonly label: Readonly<Record<string, string>>
  readonly json: boolean
}

function formatOption(flags: string): Option {
  return new Option(flags, 'how findings are printed: as text, or for another program')
    .choices(findingsFormats)
    .default('text' as FindingsFormat)
}

function addLine(text: string, known: readonly string[]): readonly string[] {
  return [...known, text]
}

function addFact(text: string, known: ClientContext): ClientContext {
  const mark = text.indexOf('=')
  const fact = clientFacts.find(each => each === text.slice(0, Math.max(0, mark)))
  if (!fact) throw new InvalidArgumentError(`A fact is written fact=value; there are ${clientFacts.join(', ')}.`)
  return { ...known, [fact]: text.slice(mark + 1) }
}

function drawnNumber(text: string): number {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number < 1)) throw new InvalidArgumentError('A draw is a number from 0 to below 1.')
  return number
}

function fileName(text: string): string {
  if (text === '' || text.endsWith('/')) throw new InvalidArgumentError('It must name a file.')
  return text
}
