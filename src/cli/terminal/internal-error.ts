import { visible } from '../../diagnostics/visible.ts'

/** What is said when an error reaches us that no operator can have caused: one line, the stack only on demand. */
export function describeInternalError(
  error: unknown,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const isError = error instanceof Error
  if (env.SIGNALBOX_DEBUG === '1' && isError) return `signalbox: internal error\n${error.stack}`
  const what = visible(isError ? `${error.name}: ${error.message}` : String(error))
  return `signalbox: internal error: ${what} (SIGNALBOX_DEBUG=1 shows where)`
}
