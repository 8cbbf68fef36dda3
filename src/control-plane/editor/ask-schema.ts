import type { Place } from '../config/schema/message.ts'
import type { Problem } from '../config/schema/problem.ts'

/** A schema as `check` uses it. */
export type CheckedSchema = Extract<Place, { kind: 'list' }>['item']

/** Whether `check` finds nothing wrong with `value` at a place with this schema. */
export function accepts(schema: CheckedSchema, value: unknown): boolean {
  return schema.safeParse(value).success
}

/** What `check` would find wrong with `value` itself, or with what it lacks; not with what stands in it. */
export function problemsWith(schema: CheckedSchema, value: unknown): Problem[] {
  const result = schema.safeParse(value)
  if (result.success) return []
  return result.error.issues.flatMap(issue => {
    const problem = issue.code === 'custom' ? (issue.params?.problem as Problem | undefined) : undefined
    return problem && issue.path.length === 0 ? [problem] : []
  })
}
