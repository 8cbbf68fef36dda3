import type { Command } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { addLine } from './flags/option-values.ts'
import type { OnEnd, World } from './world.ts'

interface TableFlags {
  readonly header: readonly string[]
  readonly json: boolean
}

/** `table`: what a compiled table is made of. */
export function addTable(program: Command, { terminal }: World, onEnd: OnEnd): void {
  program
    .command('table')
    .description('show the sections of a compiled table, and how a request is looked up in it')
    .argument('<file>', 'a table, as compile writes it')
    .argument('[method]', 'of a request, for example GET')
    .argument('[url]', 'a whole URL; only a path where -H names the Host')
    .option('-H, --header <line>', "a header as 'name: value'; may be repeated", addLine, [])
    .option('--json', 'print it as JSON', false)
    .addHelpText(
      'after',
      exampleOf('signalbox table dist/table.fib', 'signalbox table dist/table.fib GET https://shop.example.com/cart'),
    )
    .action(async (file: string, method: string | undefined, url: string | undefined, flags: TableFlags) => {
      if (method !== undefined && url === undefined) program.error("error: missing required argument 'url'")
      const request = method !== undefined && url !== undefined && { request: { method, url, headers: flags.header } }
      const { table } = await import('./verbs/table.ts')
      onEnd(await table({ file, isJson: flags.json, ...request }, terminal))
    })
}
