import { type Command, Option } from 'commander'
import { type Target, targets } from '../control-plane/compile-routes.ts'
import { exampleOf } from './flags/examples.ts'
import type { OnEnd, World } from './world.ts'

interface SchemaFlags {
  readonly output: string
  readonly target?: Target
}

/** `schema`: JSON Schemas for editors. */
export function addSchema(program: Command, { terminal }: World, onEnd: OnEnd): void {
  program
    .command('schema')
    .description('write JSON Schemas of the routes, with which editors check, complete and explain')
    .option('-o, --output <dir>', 'the folder to write them to', 'schemas')
    .addOption(
      new Option('--target <target>', 'describe the effects of fields on it; by default on all').choices(targets),
    )
    .addHelpText(
      'after',
      exampleOf(
        'signalbox schema',
        'signalbox schema --target workers -o .vscode/schemas',
        '',
        'In a file of routes: # yaml-language-server: $schema=../schemas/routes.schema.json',
      ),
    )
    .action(async (flags: SchemaFlags) => {
      const { writeSchemas } = await import('./verbs/schema.ts')
      onEnd(await writeSchemas(flags, terminal))
    })
}
