import { type Command, Option } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { portNumber } from './flags/option-values.ts'
import { routesArgument } from './flags/routes-flags.ts'
import type { OnEnd, World } from './world.ts'

interface DevFlags {
  readonly port: number
  readonly host: string
  readonly origins: 'echo' | 'real'
}

/** `dev`: the routes while they are edited. */
export function addDev(program: Command, { terminal, pipeline, env, catchSignals }: World, onEnd: OnEnd): void {
  program
    .command('dev')
    .description('serve the routes on this machine and reload them on every save')
    .addArgument(routesArgument())
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber, 8787)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('--origins <origins>', 'echo: endpoints return the request; real: requests go to the endpoints')
        .choices(['echo', 'real'])
        .default('echo'),
    )
    .addHelpText('after', exampleOf('signalbox dev', 'signalbox dev --port 9000 --origins real'))
    .action(async (targets: string[], flags: DevFlags) => {
      const { dev } = await import('./verbs/dev.ts')
      onEnd(await dev({ targets, ...flags }, terminal, pipeline, catchSignals(), env))
    })
}
