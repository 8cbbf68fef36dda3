import type { Random } from '../../random.ts'

/** Bytes that mean something to one reader or another. */
const bytes = [
  '\0',
  '\r',
  '\n',
  '\t',
  ' ',
  ':',
  ';',
  ',',
  '0',
  '9',
  'a',
  'F',
  '-',
  '+',
  '"',
  '\x0b',
  '\x7f',
  '\x80',
  '\xff',
]

const snippets = [
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  'content-length: 5\r\n',
  'content-length: 0\r\n',
  'content-length: -1\r\n',
  'content-length: 99999\r\n',
  'transfer-encoding: chunked\r\n',
  'transfer-encoding: identity\r\n',
  'connection: close\r\n',
  'connection: keep-alive\r\n',
  'connection: content-length, transfer-encoding\r\n',
  'expect: 100-continue\r\n',
  'upgrade: websocket\r\nconnection: upgrade\r\n',
  '0\r\n\r\n',
  'ffffffff\r\n',
  ' folded\r\n',
  ': nameless\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
]

/** A message, as latin1 text, that is not quite what it was. */
export function mutate(text: string, random: Random): string {
  let mutated = text
  for (let count = 1 + random.below(3); count > 0; count--) mutated = mutateOnce(mutated, random)
  return mutated
}

function mutateOnce(text: string, random: Random): string {
  // Most of what decides stands in the head.
  const headEnd = text.indexOf('\r\n\r\n') + 4
  const at = random.below(random.chance(0.8) && headEnd > 3 ? headEnd : text.length)
  const upTo = Math.min(text.length, at + 1 + random.below(20))
  const lineStart = text.lastIndexOf('\n', at) + 1
  const lineEnd = text.indexOf('\n', at) + 1 || text.length
  const line = text.slice(lineStart, lineEnd)
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at) + random.one(bytes) + text.slice(at)
    case 1:
      return text.slice(0, at) + random.one(bytes) + text.slice(at + 1)
    case 2:
      return text.slice(0, at) + text.slice(upTo)
    case 3:
      return text.slice(0, lineStart) + line + text.slice(lineStart)
    case 4:
      return text.slice(0, lineStart) + text.slice(lineEnd)
    case 5:
      return text.slice(0, lineStart) + random.one(snippets) + text.slice(lineStart)
    case 6:
      return text.slice(0, at) + random.one(snippets) + text.slice(at)
    case 7:
      return text.slice(0, at) + text.slice(at, upTo).repeat(random.one([2, 3, 100, 2000])) + text.slice(upTo)
    default:
      return text.slice(0, at)
  }
}
