#!/usr/bin/env node
import { pipeline } from './folders/pipeline.ts'
import { cacheFolder } from './launch/cache-folder.mjs'
import { run } from './program.ts'
import { catchSignals } from './terminal/catch-signals.ts'
import { confirmBy } from './terminal/confirm-by.ts'
import { exitStatus } from './terminal/exit-status.ts'
import { describeInternalError } from './terminal/internal-error.ts'
import { fail } from './terminal/report.ts'
import { describeSystemError } from './terminal/system-error.ts'
import { channelTo } from './terminal/terminal.ts'

const terminal = { out: channelTo(process.stdout, process.env), err: channelTo(process.stderr, process.env) }

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has closed the pipe, as `head` does: the rest of the output is dropped.
    if (error.code === 'EPIPE') return
    process.exit(fail(terminal, `cannot write the output: ${describeSystemError(error) ?? error.message}`))
  })
}

process.on('uncaughtException', error => {
  terminal.err.line(describeInternalError(error))
  process.exit(exitStatus.internalError)
})

const confirm = confirmBy(process.stdin, process.stderr.isTTY ? process.stderr : process.stdout)
process.exitCode = await run(process.argv.slice(2), {
  terminal,
  pipeline: { ...pipeline, cacheFolder: cacheFolder(process.env) },
  env: process.env,
  catchSignals,
  ...(confirm && { confirm }),
})
