import { decodeText } from './decode-text.ts'
import { type PackedDocuments, packDocuments } from './packed-documents.ts'
import { parseDocuments, type SoundDocument } from './parse-documents.ts'
import type { SourceFile } from './source-file.ts'

/** The documents of a file, as another thread can hand them over; undefined where some have faults. */
export function parseSourceFile(file: SourceFile): PackedDocuments | undefined {
  const { text, diagnostic } = decodeText(file)
  if (diagnostic) return undefined
  const sound: SoundDocument[] = []
  for (const document of parseDocuments(text)) {
    if (document.kind === 'broken') return undefined
    sound.push(document)
  }
  return packDocuments(sound)
}
