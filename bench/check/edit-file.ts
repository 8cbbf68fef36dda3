/** A file of the corpus with another path in one line. */
export function withEdit(bytes: Uint8Array, edit: number): Uint8Array {
  const text = new TextDecoder().decode(bytes)
  const edited = text.replace(/prefix: \S+/, `prefix: /edit-${edit}/`)
  if (edited === text) throw new Error('nothing to edit in the file')
  return new TextEncoder().encode(edited)
}
