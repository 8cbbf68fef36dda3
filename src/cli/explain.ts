import { type Command, InvalidArgumentError, Option } from 'commander'
import { type ClientContext, clientFacts } from '../fib/request-head.ts'
import { type ServeRuntime, serveRuntimes } from '../fib/runtime.ts'
import { exampleOf } from './flags/examples.ts'
import { addLine } from './flags/option-values.ts'
import { type IdentityFlags, identityOf, identityOptions, routesArgument } from './flags/routes-flags.ts'
import type { OnEnd, World } from './world.ts'

interface ExplainFlags extends IdentityFlags {
  readonly header: readonly string[]
  readonly listener?: string
  readonly client: ClientContext
  readonly runtime: ServeRuntime
  readonly random: number
  readonly json: boolean
}

/** `explain`: what would be done with one request. */
export function addExplain(program: Command, { terminal, pipeline }: World, onEnd: OnEnd): void {
  const [namespace, label] = identityOptions('this edge')
  program
    .command('explain')
    .description('show what happens to a request, and why')
    .argument('<method>', 'for example GET')
    .argument('<url>', 'a whole URL; only a path where -H names the Host')
    .addArgument(routesArgument())
    .option('-H, --header <line>', "a header as 'name: value'; may be repeated", addLine, [])
    .option('--listener <name>', 'the listener that it enters (http.80, default); otherwise its port and host decide')
    .option('--client <fact=value>', 'a fact about the client, for example country=DE; may be repeated', addFact, {})
    .addOption(new Option('--runtime <runtime>', 'the runtime to decide for').choices(serveRuntimes).default('workerd'))
    .option('--random <number>', 'the result of every random draw, from 0 to below 1', drawnNumber, 0.5)
    .addOption(namespace)
    .addOption(label)
    .option('--json', 'print the decision as JSON (decision.v1)', false)
    .addHelpText(
      'after',
      exampleOf(
        'signalbox explain GET https://shop.example.com/orders/7',
        "signalbox explain GET /cart routes -H 'Host: shop.example.com' -H 'x-user: qa' --random 0.95 --json",
        '',
        'Exit status: 0 a route decides, 1 refused (400, 403, 404, 503), 2 usage, 3 table and reference differ',
      ),
    )
    .action(async (method: string, url: string, folders: string[], flags: ExplainFlags) => {
      const { header, listener, client, runtime, random, json } = flags
      const request = { method, url, folders, headers: header, client, runtime, random, isJson: json }
      const namedListener = listener === undefined ? {} : { listener }
      const { explain } = await import('./verbs/explain.ts')
      onEnd(await explain({ ...request, ...namedListener, identity: identityOf(flags) }, terminal, pipeline))
    })
}

function addFact(text: string, known: ClientContext): ClientContext {
  const mark = text.indexOf('=')
  const fact = clientFacts.find(each => each === text.slice(0, Math.max(0, mark)))
  if (!fact) throw new InvalidArgumentError(`A fact is written fact=value; there are ${clientFacts.join(', ')}.`)
  return { ...known, [fact]: text.slice(mark + 1) }
}

function drawnNumber(text: string): number {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number < 1)) throw new InvalidArgumentError('A draw is a number from 0 to below 1.')
  return number
}
