import { type Diagnostic, diagnose } from '../../../diagnostics/diagnostic.ts'
import { lineStarts, positionAt } from '../../../diagnostics/span.ts'
import type { SourceFile } from './source-file.ts'

/** The largest file that is read: several times what Kubernetes stores of one resource (1.5 MiB). */
export const largestFileBytes = 8 * 1024 * 1024

/** A text, or why there is none. What is no text stands in it as U+FFFD, for code frames. */
export interface DecodedText {
  readonly text: string
  readonly diagnostic?: Diagnostic
}

/**
 * The text of a file: UTF-8, or UTF-16 where a byte order mark or the zero byte of the first character says so (YAML
 * 1.2 §5.2). The mark is dropped.
 *
 * Not text is SB1002 with the place of the first wrong byte; too large is SB1005.
 */
export function decodeText({ path, bytes }: SourceFile): DecodedText {
  if (bytes.length > largestFileBytes) {
    const place = { line: 1, column: 1, offset: 0 }
    const diagnostic = diagnose('SB1005', {
      message: `the file has ${bytes.length} bytes, which is more than the ${largestFileBytes} that are read`,
      help: 'split it into several files',
      span: { file: path, start: place, end: place },
    })
    return { text: '', diagnostic }
  }
  const encoding = encodingOf(bytes)
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) }
  } catch {
    return notText(path, bytes, encoding)
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes.length % 2 === 0 && bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le'
  if (bytes.length % 2 === 0 && bytes[0] === 0 && bytes[1] !== 0) return 'utf-16be'
  return 'utf-8'
}

function notText(path: string, bytes: Uint8Array, encoding: Encoding): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes)
  const wrong = firstWrong(text, bytes, encoding)
  const start = positionAt(lineStarts(text), wrong.character)
  const byte = (bytes[wrong.byte] ?? 0).toString(16).padStart(2, '0')
  const diagnostic = diagnose('SB1002', {
    message:
      encoding === 'utf-8'
        ? `the file is not UTF-8 text: the byte 0x${byte} is not allowed here`
        : 'the file starts as UTF-16 text, but is not UTF-16 from here on',
    help: 'save the file as UTF-8',
    span: { file: path, start, end: start },
  })
  return { text, diagnostic }
}

/** Where the first byte stands that is no text: there `text` has U+FFFD, and `bytes` has something else. */
function firstWrong(text: string, bytes: Uint8Array, encoding: Encoding): { character: number; byte: number } {
  const isUtf8 = encoding === 'utf-8'
  const sizeOf = (part: string) => (isUtf8 ? new TextEncoder().encode(part).length : part.length * 2)
  const replacement = { 'utf-8': [0xef, 0xbf, 0xbd], 'utf-16le': [0xfd, 0xff], 'utf-16be': [0xff, 0xfd] }[encoding]
  let character = 0
  let byte = markBytes(bytes, encoding)
  for (;;) {
    const next = text.indexOf('\ufffd', character)
    byte += sizeOf(text.slice(character, next < 0 ? text.length : next))
    if (next < 0 || !replacement.every((each, index) => bytes[byte + index] === each)) {
      return { character: next < 0 ? text.length : next, byte }
    }
    byte += replacement.length
    character = next + 1
  }
}

/** How long the byte order mark is; UTF-16 without one has a zero among its first two bytes. */
function markBytes([first, second, third]: Uint8Array, encoding: Encoding): number {
  if (encoding !== 'utf-8') return first && second ? 2 : 0
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0
}
