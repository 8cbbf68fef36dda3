import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { directDescriptor, relayLog } from '../../../src/cli/gateway/relay-log.ts'
import type { Terminal } from '../../../src/cli/terminal/terminal.ts'
import { fakeTerminal, temporaryFolder } from '../fake-world.ts'

/** A terminal whose stdout is a file. */
function terminalOn(file: string, flags: string | number = 'w'): Terminal & { readonly descriptor: number } {
  const descriptor = openSync(file, flags)
  onTestFinished(() => closeSync(descriptor))
  const { terminal } = fakeTerminal()
  return { ...terminal, out: { ...terminal.out, descriptor }, descriptor }
}

test.each([
  { title: 'lines', text: '{"a":1}\n{"b":2}\n\n{"c":3}\n' },
  { title: 'characters of several bytes', text: 'é→𝄞\nü\n' },
  { title: 'other line ends inside of a line', text: 'a\r\u2028b\rc\n' },
  { title: 'a last line that nothing ends', text: '1\n2', handedOn: '1\n2\n' },
  { title: 'nothing', text: '' },
])('a log is handed on as it is, in whatever pieces it comes: $title', async ({ text, handedOn = text }) => {
  const bytes = Buffer.from(text)
  for (const pieces of [[bytes], Array.from(bytes, byte => Buffer.of(byte))]) {
    const file = join(await temporaryFolder(), 'log')
    const source = new PassThrough()
    const relayed = relayLog(source, terminalOn(file))
    for (const piece of pieces) source.write(piece)
    source.end()
    await relayed
    expect(readFileSync(file, 'utf8')).toBe(handedOn)
  }
})

test('workerd writes by itself into what never makes it wait', async () => {
  const folder = await temporaryFolder()
  for (const file of [join(folder, 'log'), '/dev/null']) {
    const terminal = terminalOn(file)
    expect(directDescriptor(terminal)).toBe(terminal.descriptor)
  }
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(directDescriptor(terminalOn(pipe, constants.O_RDWR | constants.O_NONBLOCK))).toBeUndefined()
})
