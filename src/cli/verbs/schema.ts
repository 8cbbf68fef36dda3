import { join, relative } from 'node:path'
import type { Target } from '../../control-plane/compile-routes.ts'
import { editorSchemas, routesSchemaFile } from '../../control-plane/editor/editor-schemas.ts'
import { visible } from '../../diagnostics/visible.ts'
import { writeWhole } from '../folders/write-whole.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import { describeSystemError } from '../terminal/system-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { count } from '../words/count.ts'

export interface SchemaOptions {
  /** The folder that they are written to; it is made where it is missing. */
  readonly output: string
  /** What the descriptions tell of; without one, of all targets. */
  readonly target?: Target
}

/** Writes the JSON Schemas that editors read, and tells how to use them. */
export async function writeSchemas({ output, target }: SchemaOptions, terminal: Terminal): Promise<ExitStatus> {
  const schemas = editorSchemas(target)
  for (const [file, schema] of schemas) {
    const path = join(output, file)
    try {
      await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(schema, null, 2)}\n`))
    } catch (error) {
      const meaning = describeSystemError(error)
      if (meaning === undefined) throw error
      return fail(terminal, `${path}: ${meaning}`)
    }
  }
  const fromRoutes = relative('routes', join(output, routesSchemaFile)).replaceAll('\\', '/')
  terminal.out.line(`${visible(output)}: ${count(schemas.size, 'schema')}`)
  terminal.out.line(`first line of a file in routes/: # yaml-language-server: $schema=${visible(fromRoutes)}`)
  return exitStatus.ok
}
