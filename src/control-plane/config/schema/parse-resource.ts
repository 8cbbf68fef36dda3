import type { z } from 'zod'

/** The result of zod, or undefined where the issues are more than it can pass on in one call (some 100,000). */
export function parseResource<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
): z.ZodSafeParseResult<z.output<Schema>> | undefined {
  try {
    return schema.safeParse(data)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
