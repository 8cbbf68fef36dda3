import type { Command } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { folderName } from './flags/option-values.ts'
import { type LocationFlags, locationOf, withLocation } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

interface ShowFlags extends LocationFlags {
  readonly json: boolean
  readonly sources?: string
}

/** `show`: one version of a store. */
export function addShow(program: Command, { terminal, env }: World, onEnd: OnEnd): void {
  withLocation(program.command('show').description('show one version: author, time, changes, and its YAML'))
    .argument('[version]', 'the first digits of its name, `active` or `previous`', 'active')
    .option('--sources <dir>', 'write the YAML that it was compiled from into a new folder', folderName)
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', exampleOf('signalbox show', 'signalbox show 3f2a91 --sources /tmp/routes-of-3f2a91'))
    .action(async (version: string, flags: ShowFlags) => {
      const writing = flags.sources === undefined ? {} : { sourcesTo: flags.sources }
      const { show } = await import('./verbs/show.ts')
      onEnd(await show({ version, location: locationOf(flags), isJson: flags.json, ...writing }, terminal, env))
    })
}
