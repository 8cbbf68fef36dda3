import type { Command } from 'commander'
import { exampleOf } from './flags/examples.ts'
import type { OnEnd, World } from './world.ts'

/** `explain-code`: what the code of a finding means. */
export function addExplainCode(program: Command, { terminal }: World, onEnd: OnEnd): void {
  program
    .command('explain-code')
    .description('print what the code of a finding means, why it matters and what to do')
    .argument('[code]', 'the code of a finding, for example SB2001; without one, list all codes')
    .addHelpText('after', exampleOf('signalbox explain-code SB2001', 'signalbox explain-code ist0101'))
    .action(async (code: string | undefined) => {
      const { explainCode } = await import('./verbs/explain-code.ts')
      onEnd(explainCode(code, terminal))
    })
}
