import { Argument, Option } from 'commander'
import { defaultIdentity, defaultTarget, type Identity, targets } from '../../control-plane/compile-routes.ts'
import { type FindingsFormat, findingsFormats } from '../folders/findings-format.ts'
import { addLabel } from './option-values.ts'

/** The folders of routes that a verb reads. */
export function routesArgument(): Argument {
  return new Argument('[dirs...]', 'folders of routes, or single files; read as one').default(['routes'])
}

/** What the routes are judged for. */
export function targetOption(): Option {
  return new Option('--target <target>', 'where the routes run: findings name the fields that have no effect there')
    .choices(targets)
    .default(defaultTarget)
}

/** @param flags the format's, which differ where a verb writes a file, too */
export function formatOption(flags: string): Option {
  return new Option(flags, 'how findings are printed: as text, or for another program')
    .choices(findingsFormats)
    .default('text' as FindingsFormat)
}

/** Who the edge is to rules that name their clients. */
export interface IdentityFlags {
  readonly namespace: string
  readonly label: Readonly<Record<string, string>>
}

/** @param edge how help calls it */
export function identityOptions(edge: 'this edge' | 'the edge'): readonly [namespace: Option, label: Option] {
  return [
    new Option('--namespace <namespace>', `namespace of ${edge}`).default(defaultIdentity.namespace),
    new Option('--label <key=value>', `label of ${edge}; may be repeated`)
      .default(defaultIdentity.labels)
      .argParser(addLabel),
  ]
}

/** The identity that the flags name. */
export function identityOf({ namespace, label }: IdentityFlags): Identity {
  return { namespace, labels: label }
}
