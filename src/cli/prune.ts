import { type Command, InvalidArgumentError } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { type LocationFlags, locationOf, withLocation } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

interface PruneFlags extends LocationFlags {
  readonly keep: number
  readonly dryRun: boolean
  readonly yes: boolean
}

/** `prune`: old versions out of a store. */
export function addPrune(program: Command, { terminal, env, confirm }: World, onEnd: OnEnd): void {
  withLocation(program.command('prune').description('remove old versions from a store; never the active one'))
    .requiredOption('--keep <n>', 'how many of the newest stay', positiveNumber)
    .option('--dry-run', 'only print what would be removed', false)
    .option('-y, --yes', 'do not ask for confirmation', false)
    .addHelpText('after', exampleOf('signalbox prune --keep 20'))
    .action(async (flags: PruneFlags) => {
      const { keep, dryRun, yes } = flags
      const asking = yes || !confirm ? {} : { confirm }
      const { prune } = await import('./verbs/prune.ts')
      onEnd(await prune({ location: locationOf(flags), keep, isDryRun: dryRun, ...asking }, terminal, env))
    })
}

function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number, at least 1.')
  return Number(text)
}
