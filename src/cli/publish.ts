import { type Command, Option } from 'commander'
import { type Target, targets } from '../control-plane/compile-routes.ts'
import { exampleOf } from './flags/examples.ts'
import { type IdentityFlags, identityOf, identityOptions, routesArgument } from './flags/routes-flags.ts'
import { type ChangeFlags, changeOf, withChange } from './flags/store-flags.ts'
import type { OnEnd, World } from './world.ts'

interface PublishFlags extends ChangeFlags, IdentityFlags {
  readonly target?: Target
}

/** `publish`: the routes as the active version of a store. */
export function addPublish(program: Command, { terminal, pipeline, env, confirm }: World, onEnd: OnEnd): void {
  const [namespace, label] = identityOptions('the edge')
  withChange(program.command('publish').description('make the routes the active version of a store'))
    .addArgument(routesArgument())
    .addOption(
      new Option('--target <target>', 'the target to check for; by default that of the store').choices(targets),
    )
    .addOption(namespace)
    .addOption(label)
    .addHelpText(
      'after',
      exampleOf(
        'signalbox publish -m "canary to 20 %"',
        'signalbox publish routes origins/staging --env staging --dry-run',
        'signalbox publish --store tables            for self-hosted gateways on Deno, Node and workerd',
      ),
    )
    .action(async (folders: string[], flags: PublishFlags) => {
      const change = changeOf(flags)
      const target = flags.target ?? (change.location.kind === 'folder' ? 'node' : 'workers')
      const options = { folders, identity: identityOf(flags), target, ...change, ...(confirm && { confirm }) }
      const { publish } = await import('./verbs/publish.ts')
      onEnd(await publish(options, terminal, pipeline, env))
    })
}
