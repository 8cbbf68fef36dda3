import { Command, CommanderError } from 'commander'
import { addCheck } from './check.ts'
import { addCompile } from './compile.ts'
import { addDev } from './dev.ts'
import { addExplain } from './explain.ts'
import { addExplainCode } from './explain-code.ts'
import { version } from './launch/version.ts'
import { addPrune } from './prune.ts'
import { addPublish } from './publish.ts'
import { addRollback } from './rollback.ts'
import { addSchema } from './schema.ts'
import { addServe } from './serve.ts'
import { addShow } from './show.ts'
import { addStatus } from './status.ts'
import { addTable } from './table.ts'
import { type ExitStatus, exitStatus } from './terminal/exit-status.ts'
import { describeInternalError } from './terminal/internal-error.ts'
import { addVersions } from './versions.ts'
import type { AddVerb, World } from './world.ts'

/** In the order of the help. */
const verbs: readonly AddVerb[] = [
  addCheck,
  addExplainCode,
  addSchema,
  addCompile,
  addExplain,
  addTable,
  addDev,
  addServe,
  addPublish,
  addRollback,
  addVersions,
  addShow,
  addStatus,
  addPrune,
]

const examples = `
Examples:
  signalbox check                       judge routes/ and print what is wrong
  signalbox check --strict routes/      the same, and warnings fail too
  signalbox explain-code SB2001         what a finding means, and what to do about it
  signalbox compile -o dist/table.fib   compile routes/ into a forwarding table
  signalbox explain GET https://shop.example.com/cart
                                        what happens to a request, and why
  signalbox table dist/table.fib        what a compiled table is made of
  signalbox dev                         serve routes/ on http://127.0.0.1:8787, reload on every save
  signalbox serve --port 8080           run the gateway: one port for each of the Gateways', one for the rest
  signalbox publish -m "canary to 20 %"   make routes/ the active version, without a deployment
  signalbox rollback                    make the previous version active again

Exit status: 0 ok, 1 findings, 2 usage or files that cannot be read or written, 3 internal error
`

/** Runs the command line `args` (without node and script) and returns the exit status; never throws. */
export async function run(args: readonly string[], world: World): Promise<ExitStatus> {
  const { terminal, env } = world
  let status: ExitStatus = exitStatus.ok
  const program = new Command('signalbox')
    .description("Istio's traffic rules at the edge: check them, compile them, try them")
    .version(version, '-V, --version')
    .addHelpText('after', examples)
    .showHelpAfterError('(signalbox --help lists all commands)')
    .exitOverride()
    .configureOutput({ writeOut: text => terminal.out.line(text), writeErr: text => terminal.err.line(text) })
  for (const add of verbs) {
    add(program, world, ended => {
      status = ended
    })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return status
  } catch (error) {
    // Commander has printed what it has to say: help and version were asked for, all else is a wrong command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage
    terminal.err.line(describeInternalError(error, env))
    return exitStatus.internalError
  }
}
