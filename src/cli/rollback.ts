import type { Command } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { type ChangeFlags, changeOf, withChange } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

/** `rollback`: a version that is in the store already as the active one. */
export function addRollback(program: Command, { terminal, env, confirm }: World, onEnd: OnEnd): void {
  withChange(program.command('rollback').description('make an earlier version active again'))
    .argument('[version]', 'the first digits of its name', 'previous')
    .addHelpText('after', exampleOf('signalbox rollback', 'signalbox rollback 3f2a91 -m "the canary failed"'))
    .action(async (version: string, flags: ChangeFlags) => {
      const { rollback } = await import('./verbs/rollback.ts')
      onEnd(await rollback({ version, ...changeOf(flags), ...(confirm && { confirm }) }, terminal, env))
    })
}
