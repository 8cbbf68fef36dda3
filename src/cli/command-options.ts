import { type Command, InvalidArgumentError, Option } from 'commander'
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

/** A folder; a variable that is not set would mean this one. */
export function folderName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name a folder.')
  return text
}

/** Takes what is said, but for the name of another option of the verb: then what was to be said is missing. */
export function notAFlag(command: Command): (text: string) => string {
  return text => {
    if (!command.options.some(({ short, long }) => text === short || text === long)) return text
    throw new InvalidArgumentError('That is an option itself; say before it what is meant.')
  }
}

/** The same, and there must be something. */
export function textFor(command: Command): (text: string) => string {
  const take = notAFlag(command)
  return text => {
    if (text === '') throw new InvalidArgumentError('It is empty; is a variable not set?')
    return take(text)
  }
}
