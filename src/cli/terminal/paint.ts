const ansi = { good: '32', bad: '31', dim: '2', strong: '1' } as const

/** Text in a colour, or as it is where colours are not welcome. */
export type Paint = (style: keyof typeof ansi, text: string) => string

export function painter(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001b[${ansi[style]}m${text}\u001b[0m` : text)
}
