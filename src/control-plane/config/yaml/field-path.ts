/** Where a value stands inside a resource: `['spec', 'http', 0, 'match']`. */
export type FieldPath = readonly (string | number)[]

/** `spec.http[0].match`, as messages print a path; a name that is no identifier stands in brackets and quotes. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[\w$-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
