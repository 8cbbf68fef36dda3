/**
 * A value as JSON for people and programs alike, with a line feed at its end. What could steer a terminal is escaped,
 * as JSON allows in its texts: control characters beyond those that it escapes itself, and direction marks.
 */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value, null, 2)
  return `${json.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped)}\n`
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
