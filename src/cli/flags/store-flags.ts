import { type Command, Option } from 'commander'
import type { StoreLocation } from '../stores/open-store.ts'
import type { ChangeOptions } from '../versions/change-version.ts'
import { notAFlag, textFor } from './option-values.ts'

/** Where versions are kept. */
export interface LocationFlags {
  readonly env?: string
  readonly config?: string
  readonly local?: boolean
  readonly store?: string
}

/** How the active version is changed. */
export interface ChangeFlags extends LocationFlags {
  readonly message: string
  readonly author?: string
  readonly sign?: string
  readonly force: boolean
  readonly dryRun: boolean
  readonly yes: boolean
}

/** Where versions are kept: the KV namespace `SIGNALBOX_TABLES` of wrangler's configuration, unless it is said. */
export function withLocation(command: Command): Command {
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

/** The same, and how a change of the active version is made. */
export function withChange(command: Command): Command {
  return withLocation(command)
    .option('-m, --message <message>', 'the reason, for readers of `versions`', notAFlag(command), '')
    .option('--author <author>', 'the author; by default that of git or CI', textFor(command))
    .option(
      '--sign <file>',
      'the Ed25519 key to sign by (PEM); by default the one in SIGNALBOX_SIGNING_KEY, if any',
      textFor(command),
    )
    .option('--dry-run', 'only print what would change', false)
    .option('--force', 'proceed although it looks like a mistake', false)
    .option('-y, --yes', 'do not ask for confirmation', false)
}

/** The place that the flags name. */
export function locationOf({ store, local, env, config }: LocationFlags): StoreLocation {
  if (store !== undefined) return { kind: 'folder', folder: store }
  const wrangler = { ...(env !== undefined && { environment: env }), ...(config !== undefined && { config }) }
  return { kind: local ? 'local' : 'cloudflare', ...wrangler }
}

/** The change that the flags describe. */
export function changeOf(flags: ChangeFlags): Omit<ChangeOptions, 'confirm'> {
  const { message, author, sign, force, dryRun, yes } = flags
  return {
    location: locationOf(flags),
    message,
    isForced: force,
    isAgreed: yes,
    isDryRun: dryRun,
    ...(author !== undefined && { author }),
    ...(sign !== undefined && { keyFile: sign }),
  }
}
