import { InvalidArgumentError, Option } from 'commander'
import { defaultTarget, targets } from '../control-plane/compile-routes.ts'

/** What stands below the help of a verb. */
export function exampleOf(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map(line => `  ${line}`).join('\n')}`
}

/** What the routes are judged for. */
export function targetOption(): Option {
  return new Option('--target <target>', 'what the routes are to run on: findings say what has no effect there')
    .choices(targets)
    .default(defaultTarget)
}

/** Adds one label to those that are known. */
export function addLabel(text: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const mark = text.indexOf('=')
  if (mark < 1) throw new InvalidArgumentError('A label is written key=value.')
  return { ...known, [text.slice(0, mark)]: text.slice(mark + 1) }
}
