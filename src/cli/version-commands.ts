import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultIdentity, type Target, targets } from '../control-plane/compile-routes.ts'
import { addLabel, exampleOf, folderName, notAFlag, textFor } from './command-options.ts'
import type { StorePlace } from './stores/open-store.ts'
import type { ExitStatus } from './terminal/exit-status.ts'
import type { World } from './world.ts'

interface PlaceFlags {
  readonly env?: string
  readonly config?: string
  readonly local?: boolean
  readonly store?: string
}

interface ChangeFlags extends PlaceFlags {
  readonly message: string
  readonly author?: string
  readonly sign?: string
  readonly force: boolean
  readonly dryRun: boolean
  readonly yes: boolean
}

interface PublishFlags extends ChangeFlags {
  readonly target?: Target
  readonly namespace: string
  readonly label: Readonly<Record<string, string>>
}

/**
 * The verbs about versions: tables in a store, one of which is active.
 *
 * @param onEnd is told how a verb ended
 */
export function addVersionCommands(
  program: Command,
  { terminal, pipeline, env, confirm }: World,
  onEnd: (status: ExitStatus) => void,
): void {
  const asking = confirm ? { confirm } : {}

  withChange(
    withPlace(program.command('publish').description('make what the routes say the active version of a store')),
  )
    .argument('[dirs...]', 'folders of routes, or single files; read as one', ['routes'])
    .addOption(new Option('--target <target>', 'what the routes are judged for; as the store has it').choices(targets))
    .option('--namespace <namespace>', 'namespace of the edge', defaultIdentity.namespace)
    .option('--label <key=value>', 'label of the edge; may be repeated', addLabel, defaultIdentity.labels)
    .addHelpText(
      'after',
      exampleOf(
        'signalbox publish -m "canary to 20 %"',
        'signalbox publish routes origins/staging --env staging --dry-run',
        'signalbox publish --store tables            for gateways on Deno, Node and workerd of your own',
      ),
    )
    .action(async (folders: string[], flags: PublishFlags) => {
      const place = placeOf(flags)
      const target = flags.target ?? (place.kind === 'folder' ? 'node' : 'workers')
      const identity = { namespace: flags.namespace, labels: flags.label }
      const options = { folders, place, identity, target, ...changeOf(flags), ...asking }
      const { publish } = await import('./run/publish.ts')
      onEnd(await publish(options, terminal, pipeline, env))
    })

  withChange(withPlace(program.command('rollback').description('make a version that was active before the active one')))
    .argument('[version]', 'the first digits of its name', 'previous')
    .addHelpText('after', exampleOf('signalbox rollback', 'signalbox rollback 3f2a91 -m "the canary failed"'))
    .action(async (version: string, flags: ChangeFlags) => {
      const { rollback } = await import('./run/rollback.ts')
      onEnd(await rollback({ version, place: placeOf(flags), ...changeOf(flags), ...asking }, terminal, env))
    })

  withPlace(program.command('versions').description('list the versions of a store'))
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', exampleOf('signalbox versions', 'signalbox versions --env staging --json'))
    .action(async (flags: PlaceFlags & { json: boolean }) => {
      const { versions } = await import('./run/versions.ts')
      onEnd(await versions({ place: placeOf(flags), isJson: flags.json }, terminal, env))
    })

  withPlace(program.command('show').description('tell of one version: who, when, what it changed, and its YAML'))
    .argument('[version]', 'the first digits of its name, `active` or `previous`', 'active')
    .option('--sources <dir>', 'write the YAML that it was compiled from into a new folder', folderName)
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', exampleOf('signalbox show', 'signalbox show 3f2a91 --sources /tmp/routes-of-3f2a91'))
    .action(async (version: string, flags: PlaceFlags & { json: boolean; sources?: string }) => {
      const writing = flags.sources === undefined ? {} : { sourcesTo: flags.sources }
      const { show } = await import('./run/show.ts')
      onEnd(await show({ version, place: placeOf(flags), isJson: flags.json, ...writing }, terminal, env))
    })

  withPlace(program.command('status').description('tell which version is active, and what gateways serve by'))
    .option(
      '--gateway <url>',
      'a gateway to ask, with the token in SIGNALBOX_HEALTH_TOKEN; may be repeated',
      addUrl,
      [],
    )
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', exampleOf('signalbox status', 'signalbox status --gateway https://shop.example.com'))
    .action(async (flags: PlaceFlags & { json: boolean; gateway: readonly URL[] }) => {
      const { status } = await import('./run/status.ts')
      onEnd(await status({ place: placeOf(flags), gateways: flags.gateway, isJson: flags.json }, terminal, env))
    })

  withPlace(program.command('prune').description('remove old versions from a store; never the active one'))
    .requiredOption('--keep <n>', 'how many of the newest stay', positiveNumber)
    .option('--dry-run', 'only say what would be removed', false)
    .option('-y, --yes', 'do not ask', false)
    .addHelpText('after', exampleOf('signalbox prune --keep 20'))
    .action(async (flags: PlaceFlags & { keep: number; dryRun: boolean; yes: boolean }) => {
      const { keep, dryRun, yes } = flags
      const { prune } = await import('./run/prune.ts')
      onEnd(await prune({ place: placeOf(flags), keep, isDryRun: dryRun, ...(yes ? {} : asking) }, terminal, env))
    })
}

/** Where versions are kept: the KV namespace `SIGNALBOX_TABLES` of wrangler's configuration, unless it is said. */
function withPlace(command: Command): Command {
  return command
    .option('-e, --env <environment>', "the environment of wrangler's configuration", textFor(command))
    .option('-c, --config <file>', "wrangler's configuration; found from here on by default", textFor(command))
    .option('--local', 'the KV of `wrangler dev` on this machine', false)
    .addOption(
      new Option('--store <dir>', 'a folder instead of KV')
        .argParser(textFor(command))
        .conflicts(['env', 'config', 'local']),
    )
}

function withChange(command: Command): Command {
  return command
    .option('-m, --message <message>', 'why, for those who read `versions`', notAFlag(command), '')
    .option('--author <author>', 'who; by default as git or CI say it', textFor(command))
    .option(
      '--sign <file>',
      'the Ed25519 key to sign by (PEM); by default the one in SIGNALBOX_SIGNING_KEY, if any',
      textFor(command),
    )
    .option('--dry-run', 'only say what would change', false)
    .option('--force', 'do it although it looks like a mistake', false)
    .option('-y, --yes', 'do not ask', false)
}

function placeOf({ store, local, env, config }: PlaceFlags): StorePlace {
  if (store !== undefined) return { kind: 'folder', folder: store }
  const wrangler = { ...(env !== undefined && { environment: env }), ...(config !== undefined && { config }) }
  return { kind: local ? 'local' : 'cloudflare', ...wrangler }
}

function changeOf({ message, author, sign, force, dryRun, yes }: ChangeFlags) {
  return {
    message,
    isForced: force,
    isAgreed: yes,
    isDryRun: dryRun,
    ...(author !== undefined && { author }),
    ...(sign !== undefined && { keyFile: sign }),
  }
}

function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number, at least 1.')
  return Number(text)
}

function addUrl(text: string, known: readonly URL[]): readonly URL[] {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InvalidArgumentError('A gateway is an http or https URL.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('A gateway is asked by the token in SIGNALBOX_HEALTH_TOKEN, not by a password.')
  }
  return [...known, url]
}
