import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createReloader } from '../../../src/cli/dev/reload.ts'
import { fakePipeline, fakeTerminal } from '../fake-world.ts'
import { folderOf } from '../folder-of.ts'

async function started(text: string) {
  const folder = await folderOf({ 'a.yaml': text })
  const file = join(folder, 'a.yaml')
  const { terminal, said } = fakeTerminal()
  const now = () => new Date(2026, 10, 17, 9, 5, 7)
  const reloader = createReloader({ targets: [folder], terminal, pipeline: fakePipeline, now })
  const status = await reloader.start()
  const save = async (next: string) => {
    await writeFile(file, next)
    await reloader.reload([file])
  }
  return {
    folder,
    file,
    reloader,
    status,
    save,
    said,
    served: () => new TextDecoder().decode(reloader.current().bytes),
  }
}

test('an edit is served from then on, and it is told which file and which table', async () => {
  const { file, save, said, served } = await started('one')
  await save('two')
  expect(served()).toBe('two')
  const version = fakePipeline.readTableFacts(new TextEncoder().encode('two')).version.slice(0, 12)
  expect(said().out).toBe(`09:05:07 ${file}: now serving table ${version} (1 virtual host, 2 routes)\n`)
})

test.each([
  { title: 'text that cannot be read', text: 'unreadable', said: 'a.yaml:1:1' },
  { title: 'an internal error', text: 'explode', said: 'signalbox: internal error' },
])('$title keeps the last good table', async ({ text, said }) => {
  const session = await started('one')
  await session.save(text)
  expect(session.served()).toBe('one')
  expect(session.said().err).toContain(said)
  expect(session.said().err).toContain('still serving table 7692c3ad3540')
})

test('a folder that vanishes keeps the last good table, and one that comes back is served', async () => {
  const session = await started('one')
  await rm(session.file)
  await session.reloader.reload([session.file])
  expect(session.said().err).toContain('no YAML in it')
  await rm(session.folder, { recursive: true })
  await session.reloader.reload([session.file])
  expect(session.said().err).toContain('no such file or folder')
  expect(session.served()).toBe('one')
})

test('an error that only judges meaning is told, and Istio’s answer is served', async () => {
  const session = await started('unknownHost')
  expect(session.status).toBe(0)
  expect(session.said().err).toContain('IST0101')
  expect(session.said().err).toContain('served anyway')
  expect(session.served()).toBe('unknownHost')
})

test('an edit that means nothing new is told as such', async () => {
  const session = await started('one')
  await session.save('one')
  expect(session.said().out).toContain('no effective change, table 7692c3ad3540 stays')
})
