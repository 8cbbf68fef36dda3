import { type Command, InvalidArgumentError } from 'commander'
import { exampleOf } from './flags/examples.ts'
import { type LocationFlags, locationOf, withLocation } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

interface StatusFlags extends LocationFlags {
  readonly gateway: readonly URL[]
  readonly json: boolean
}

/** `status`: what is active, and what gateways serve. */
export function addStatus(program: Command, { terminal, env }: World, onEnd: OnEnd): void {
  withLocation(program.command('status').description('show which version is active, and which ones gateways serve'))
    .option(
      '--gateway <url>',
      'a gateway to query, with the token in SIGNALBOX_HEALTH_TOKEN; may be repeated',
      addUrl,
      [],
    )
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', exampleOf('signalbox status', 'signalbox status --gateway https://shop.example.com'))
    .action(async (flags: StatusFlags) => {
      const { status } = await import('./verbs/status.ts')
      onEnd(await status({ location: locationOf(flags), gateways: flags.gateway, isJson: flags.json }, terminal, env))
    })
}

function addUrl(text: string, known: readonly URL[]): readonly URL[] {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InvalidArgumentError('A gateway is an http or https URL.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('Use the token in SIGNALBOX_HEALTH_TOKEN to query a gateway, not a password.')
  }
  return [...known, url]
}
