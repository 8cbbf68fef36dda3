import type { Span } from '../../diagnostics/span.ts'
import type { AnyResource } from '../config/resource.ts'
import type { FieldPath } from '../config/yaml/field-path.ts'

/**
 * The key with which the mapping at `path` starts: where a rule or a match as a whole is meant, that is the smallest
 * text of its first line. Of anything else, its own text.
 */
export function firstKeySpan(resource: Pick<AnyResource, 'written' | 'spanOf' | 'keySpanOf'>, path: FieldPath): Span {
  let value = resource.written
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return resource.spanOf(path)
    value = (value as Record<string | number, unknown>)[step]
  }
  const [first] = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
  return first === undefined ? resource.spanOf(path) : resource.keySpanOf([...path, first])
}
