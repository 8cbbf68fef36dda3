import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { LineWriter } from '../../../src/runtimes/node-http/line-writer.ts'
import { temporaryFolder } from '../../cli/fake-world.ts'

async function writer() {
  const file = join(await temporaryFolder(), 'log')
  const descriptor = openSync(file, 'w')
  onTestFinished(() => closeSync(descriptor))
  const dropped: number[] = []
  const lines = new LineWriter(descriptor, count => dropped.push(count))
  return { lines, dropped, read: () => readFileSync(file, 'utf8') }
}

test('lines come in their order, and flush waits for all of them', async () => {
  const { lines, read } = await writer()
  const expected = Array.from({ length: 20_000 }, (_, at) => `line ${at}`)
  for (const line of expected) lines.line(line)
  await lines.flush(5_000)
  expect(read()).toBe(`${expected.join('\n')}\n`)
})

describe('a line that is made later', () => {
  test('is made when it is written, and keeps its place among the others', async () => {
    const { lines, read } = await writer()
    const make = vi.fn(() => 'second')
    lines.line('first')
    lines.lineLater(make, 0)
    lines.line('third')
    expect(make).not.toHaveBeenCalled()
    await lines.flush(5_000)
    expect(make).toHaveBeenCalledTimes(1)
    expect(read()).toBe('first\nsecond\nthird\n')
  })

  test('counts with what it holds: what holds too much is dropped before it is made', async () => {
    const { lines, dropped } = await writer()
    const make = vi.fn(() => 'line')
    // The first is on its way at once, and the others wait for it.
    for (let count = 0; count < 20; count++) lines.lineLater(make, 1_000_000)
    await lines.flush(5_000)
    expect(dropped).toHaveLength(1)
    expect(make).toHaveBeenCalledTimes(20 - dropped[0]!)
  })
})

test('a line is written soon, without being asked for', async () => {
  const { lines, read } = await writer()
  lines.line('first')
  expect(read()).toBe('')
  await expect.poll(read, { interval: 5 }).toBe('first\n')
})

test('flush does not wait longer than it is told to for a reader that has stopped', async () => {
  const file = join(await temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [file])
  const descriptor = openSync(file, constants.O_RDWR | constants.O_NONBLOCK)
  onTestFinished(() => closeSync(descriptor))
  const lines = new LineWriter(descriptor, () => {})
  lines.line('x'.repeat(1_000_000))
  await lines.flush(20)
  // A write that was handed to the system's threads before may be on its way: what they are asked now comes behind it.
  await Promise.all(Array.from({ length: 16 }, () => stat(file)))
  const read = Buffer.alloc(1_000_000)
  const taken = readSync(descriptor, read)
  await new Promise(resolve => setTimeout(resolve, 30))
  // What there is room for now is no longer written.
  expect(taken).toBeGreaterThan(0)
  expect(() => readSync(descriptor, read)).toThrow(/EAGAIN/)
})

test('what comes faster than it can be written is dropped at last, and told', async () => {
  const { lines, dropped, read } = await writer()
  const line = 'x'.repeat(1_000_000)
  for (let count = 0; count < 20; count++) lines.line(line)
  await lines.flush(5_000)
  expect(dropped).toHaveLength(1)
  expect(read()).toHaveLength((20 - dropped[0]!) * 1_000_001)
})
