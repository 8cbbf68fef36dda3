import { type Command, InvalidArgumentError } from 'commander'
import type { Target } from '../control-plane/compile-routes.ts'
import { exampleOf } from './flags/examples.ts'
import { formatOption, routesArgument, targetOption } from './flags/routes-flags.ts'
import type { FindingsFormat } from './folders/findings-format.ts'
import type { OnEnd, World } from './world.ts'

interface CompileFlags {
  readonly output: string
  readonly target: Target
  readonly format: FindingsFormat
}

/** `compile`: the routes as a table file. */
export function addCompile(program: Command, { terminal, pipeline }: World, onEnd: OnEnd): void {
  program
    .command('compile')
    .description('compile the routes into a table file; writes nothing when there is an error')
    .addArgument(routesArgument())
    .requiredOption('-o, --output <file>', 'the file to write', fileName)
    .addOption(targetOption())
    .addOption(formatOption('--format <format>'))
    .addHelpText(
      'after',
      exampleOf('signalbox compile -o dist/table.fib', 'signalbox compile routes origins/staging -o dist/table.fib'),
    )
    .action(async (folders: string[], { output, target, format }: CompileFlags) => {
      const { compile } = await import('./verbs/compile.ts')
      onEnd(await compile({ folders, output, target, format }, terminal, pipeline))
    })
}

function fileName(text: string): string {
  if (text === '' || text.endsWith('/')) throw new InvalidArgumentError('It must name a file.')
  return text
}
