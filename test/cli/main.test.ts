import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openTable } from '../../src/fib/view.ts'
import { folderOf } from './folder-of.ts'
import { runCli, startCli } from './run-cli.ts'

const shop = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts:
  - shop.example.com
  http:
  - route:
    - destination:
        host: shop.internal.example.com
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: shop
spec:
  hosts:
  - shop.internal.example.com
  resolution: DNS
  ports:
  - number: 443
    name: https
    protocol: HTTPS
`

test('check says one line when all is well', async () => {
  const folder = await folderOf({ 'shop.yaml': shop })
  expect(await runCli('check', folder)).toMatchObject({ status: 0, out: 'no findings in 1 file\n', err: '' })
})

test('check fails on an unknown host and shows where it stands, without colours in a pipe', async () => {
  const folder = await folderOf({
    'shop.yaml': shop.replace('        host: shop.internal', '        host: shop.intrenal'),
  })
  const { status, out, err } = await runCli('check', folder)
  expect({ status, err }).toEqual({ status: 1, err: '' })
  expect(out).toContain('error[IST0101]')
  expect(out).toContain(`${folder}/shop.yaml:11:15`)
  expect(out).toContain('1 error')
  expect(out).not.toContain('\u001b')
})

test('compile writes the same table every time', async () => {
  const folder = await folderOf({ 'routes/shop.yaml': shop })
  const tables: Uint8Array[] = []
  for (const name of ['a.fib', 'b.fib']) {
    const { status, out } = await runCli('compile', join(folder, 'routes'), '-o', join(folder, name))
    const table = await readFile(join(folder, name))
    const { version } = openTable(table)
    expect(status).toBe(0)
    expect(out).toContain(
      `${folder}/${name}: ${table.byteLength} bytes, table ${version.slice(0, 12)} (1 virtual host, `,
    )
    tables.push(table)
  }
  expect(tables[0]).toEqual(tables[1])
})

test.each([
  {
    title: 'a missing folder',
    args: ['check', 'no/such/folder'],
    err: 'error: no/such/folder: no such file or folder\n',
  },
  {
    title: 'a missing folder for dev',
    args: ['dev', 'no/such/folder'],
    err: 'error: no/such/folder: no such file or folder\n',
  },
  {
    title: 'a missing folder for serve',
    args: ['serve', 'no/such/folder'],
    err: 'error: no/such/folder: no such file or folder\n',
  },
])('$title is 2, in one line', async ({ args, err }) => {
  expect(await runCli(...args)).toMatchObject({ status: 2, out: '', err })
})

test('a reader that goes away early is no fault', async () => {
  const folder = await folderOf({
    'shop.yaml': shop.replaceAll('hosts:', 'hots:').repeat(200).replaceAll('spec:', '---\nspec:'),
  })
  const { child, said } = startCli(['check', folder])
  child.stdout.destroy()
  const [status] = await once(child, 'close')
  expect({ status, err: said().err }).toEqual({ status: 1, err: '' })
})

test('the command that the package installs is the same', async () => {
  const { child, said } = startCli(['--help'], {
    script: fileURLToPath(new URL('../../src/cli/signalbox.mjs', import.meta.url)),
  })
  const [status] = await once(child, 'close')
  expect(status).toBe(0)
  expect(said().out).toContain('Usage: signalbox')
})

test.each([
  { title: 'keeps what it compiled of itself', place: (folder: string) => join(folder, 'new/cache'), isKept: true },
  { title: 'keeps nothing where it may not', place: () => 'off', isKept: false },
  { title: 'says nothing where it cannot', place: (folder: string) => join(folder, 'a.yaml/cache'), isKept: false },
])('the installed command $title', async ({ place, isKept }) => {
  const folder = await folderOf({ 'a.yaml': '' })
  const { child, said } = startCli(['--version'], {
    script: fileURLToPath(new URL('../../src/cli/signalbox.mjs', import.meta.url)),
    env: { NODE_COMPILE_CACHE: '', SIGNALBOX_CACHE: place(folder) },
  })
  const [status] = await once(child, 'close')
  expect({ status, err: said().err }).toEqual({ status: 0, err: '' })
  expect(existsSync(join(place(folder), 'code'))).toBe(isKept)
})
