import type { Command } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { type LocationFlags, locationOf, withLocation } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

interface VersionsFlags extends LocationFlags {
  readonly json: boolean
}

/** `versions`: what a store holds. */
export function addVersions(program: Command, { terminal, env }: World, onEnd: OnEnd): void {
  withLocation(program.command('versions').description('list the versions of a store'))
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', exampleOf('signalbox versions', 'signalbox versions --env staging --json'))
    .action(async (flags: VersionsFlags) => {
      const { versions } = await import('./verbs/versions.ts')
      onEnd(await versions({ location: locationOf(flags), isJson: flags.json }, terminal, env))
    })
}
