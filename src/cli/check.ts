import type { Command } from 'commander'
import type { Target } from '../control-plane/compile-routes.ts'
import { exampleOf } from './flags/examples.ts'
import { formatOption, routesArgument, targetOption } from './flags/routes-flags.ts'
import type { FindingsFormat } from './folders/findings-format.ts'
import type { OnEnd, World } from './world.ts'

interface CheckFlags {
  readonly strict: boolean
  readonly target: Target
  readonly format: FindingsFormat
}

/** `check`: judges the routes. */
export function addCheck(program: Command, { terminal, pipeline }: World, onEnd: OnEnd): void {
  program
    .command('check')
    .description('check the routes and print every finding')
    .addArgument(routesArgument())
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
      const { check } = await import('./verbs/check.ts')
      onEnd(await check({ folders, isStrict: strict, target, format }, terminal, pipeline))
    })
}
