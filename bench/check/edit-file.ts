/** A file of the corpus with another path in one line. @param edit its name, unlike that of any other */
export function withEdit(bytes: Uint8Array, edit: string): Uint8Array {
  const text = new TextDecoder().decode(bytes)
  const edited = text.replace(/prefix: \S+/, `prefix: /${edit}/`)
  if (edited === text) throw new Error('nothing to edit in the file')
  return new TextEncoder().encode(edited)
}
