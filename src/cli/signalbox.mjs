#!/usr/bin/env node
// The command `signalbox`. The rest of the CLI is TypeScript, which Node runs as it is from version 22.18 on; on an
// older one this hands over to the Node that is installed with the project.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = new URL('./main.ts', import.meta.url)

if (process.features.typescript) {
  await import(main.href)
} else {
  const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url))
  if (existsSync(node)) {
    handOverTo(node)
  } else {
    process.stderr.write(`error: signalbox needs Node 22.18 or newer, this is ${process.version} (npm ci brings one)\n`)
    process.exitCode = 2
  }
}

/** @param {string} node */
function handOverTo(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal sends its Ctrl-C to both; the child decides when to end.
  process.on('SIGINT', () => {})
  child.on('exit', (status, signal) => {
    if (signal) process.removeAllListeners(signal)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = status ?? 3
  })
}
