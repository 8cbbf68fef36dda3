/** `query_params` as `queryParams`. */
export function camelCase(name: string): string {
  // Hardly any name has one, and the names of all fields come by here.
  if (!name.includes('_')) return name
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** `queryParams` as `query_params`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
