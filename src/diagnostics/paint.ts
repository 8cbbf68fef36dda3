const ansi = {
  error: '31;1',
  warning: '33;1',
  info: '36;1',
  good: '32',
  fair: '33',
  bad: '31',
  dim: '2',
  strong: '1',
} as const

/** Text in a style, or as it is where escape sequences are not welcome. */
export type Paint = (style: keyof typeof ansi, text: string) => string

/** @param color whether escape sequences for colours are welcome */
export function painter(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001b[${ansi[style]}m${text}\u001b[0m` : text)
}
