import { type Command, InvalidArgumentError } from 'commander'

/** Adds one more to what was written of an option that may be repeated. */
export function addLine(text: string, known: readonly string[]): readonly string[] {
  return [...known, text]
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

/** A port to listen on; 0 means any free one. */
export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

/** Takes what is said, but for the name of another option of the verb: then what was to be said is missing. */
export function notAFlag(command: Command): (text: string) => string {
  return text => {
    if (!command.options.some(({ short, long }) => text === short || text === long)) return text
    throw new InvalidArgumentError('That is an option; give the value before it.')
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
