import type { Command } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { type PlaceFlags, placeOf, withPlace } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

interface VersionsFlags extends PlaceFlags {
  readonly json: boolean
}

/** `versions`: what a store holds. */
export function addVersions(program: Command, { terminal, env }: World, onEnd: OnEnd): void {
  withPlace(program.command('versions').description('list the versions of a store'))
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', exampleOf('signalbox versions', 'signalbox versions --env staging --json'))
    .action(async (flags: VersionsFlags) => {
      const { versions } = await import('./run/versions.ts')
      onEnd(await versions({ place: placeOf(flags), isJson: flags.json }, terminal, env))
    })
}
