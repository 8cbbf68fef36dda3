import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pointerKey } from '../../../src/store/version-store.ts'
import { newProject } from './published.ts'

const privateKey = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('publish', () => {
  test('makes what the routes say the active version, and says what that changes', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await project.write({ 'a.example.com': 201, 'b.example.com': 200 })
    const { status, out } = await project.cli(['publish', '-m', 'more of it'])
    expect(status).toBe(0)
    expect(out).toMatch(/\+ host {2}b\.example\.com/)
    expect(out).toMatch(/a\.example\.com.*1 route changed/)
    expect(out).toMatch(/^published [0-9a-f]{12}: compiled \d+ ms, uploaded and read back \d+ ms, activated \d+ ms$/m)
    expect((await project.cli(['status'])).out).toMatch(/by Ann: more of it/)
  })

  test('what is active already is not published again', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    const before = await readFile(join(project.store, pointerKey))
    expect(await project.cli(['publish'])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/nothing to publish/),
    })
    expect(await readFile(join(project.store, pointerKey))).toEqual(before)
  })

  test('an active version whose table is damaged is uploaded again', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    const [table] = (await readdir(project.store)).filter(name => name.startsWith('signalbox.table.'))
    await truncate(join(project.store, table!), 100)
    expect(await project.cli(['status'])).toMatchObject({ status: 1, out: expect.stringMatching(/cannot be served/) })
    const { status, err } = await project.cli(['publish'])
    expect(err).toMatch(/warning: the changes are unknown/)
    expect(status).toBe(0)
    expect(await project.cli(['status'])).toMatchObject({ status: 0, out: expect.stringMatching(/whole/) })
  })

  test('routes with an error are not published, and the old version stays', async () => {
    const project = await newProject()
    const version = await project.publish({ 'a.example.com': 200 })
    await writeFile(project.routes, (await readFile(project.routes, 'utf8')).replace('directResponse', 'directRespons'))
    const { status, err } = await project.cli(['publish'])
    expect(status).toBe(1)
    expect(err).toMatch(/routes\.yaml:7:\d+/)
    expect(err).toMatch(/nothing published/)
    expect((await project.cli(['status'])).out).toContain(version)
  })

  test('a dry run writes nothing', async () => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    expect(await project.cli(['publish', '--dry-run'])).toMatchObject({ status: 0 })
    await expect(readdir(project.store)).rejects.toThrow('ENOENT')
  })

  test.each([
    { title: 'a no', answer: false, status: 1, isThere: false },
    { title: 'a yes', answer: true, status: 0, isThere: true },
  ])('an operator is asked, and $title is heeded', async ({ answer, status, isThere }) => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    const questions: string[] = []
    const confirm = async (question: string) => {
      questions.push(question)
      return answer
    }
    expect((await project.cli(['publish'], { confirm })).status).toBe(status)
    expect(questions).toEqual([expect.stringMatching(/^publish [0-9a-f]{12}\?$/)])
    expect((await project.cli(['versions'])).out.includes('Ann')).toBe(isThere)
  })

  test('with --yes nobody is asked', async () => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    const confirm = () => Promise.reject(new Error('asked'))
    expect((await project.cli(['publish', '--yes'], { confirm })).status).toBe(0)
  })

  test('a version with none of the hosts that are served is refused, unless it is forced', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200, 'b.example.com': 200 })
    await project.write({ 'staging.example.com': 200 })
    const { status, err } = await project.cli(['publish'])
    expect(status).toBe(1)
    expect(err).toMatch(/error: of the 2 hosts that are served now none would remain/)
    expect(err).toMatch(/--force/)
    expect(await project.cli(['publish', '--force'])).toMatchObject({
      status: 0,
      err: expect.stringMatching(/^warning/),
    })
  })

  test('who was overtaken is told by whom, and changes nothing', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await project.write({ 'a.example.com': 201 })
    let other = ''
    const confirm = async () => {
      other = await project.publish({ 'a.example.com': 202 }, '-m', 'the other')
      return true
    }
    const { status, err } = await project.cli(['publish'], { confirm })
    expect(status).toBe(2)
    expect(err).toMatch(/somebody else.*by Ann: the other; nothing was changed/)
    expect((await project.cli(['status'])).out).toContain(other)
  })

  test.each([
    { title: 'damaged', value: 'rubbish', says: /the pointer is damaged/ },
    { title: 'longer than any', value: 'x'.repeat(70_000), says: /longer than any pointer/ },
    { title: 'of a later Signalbox', value: '{"format":2}\n', says: /later Signalbox/ },
  ])('a pointer that is $title is replaced only if that is forced', async ({ value, says }) => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await writeFile(join(project.store, pointerKey), value)
    await project.write({ 'a.example.com': 201 })
    expect(await project.cli(['publish'])).toMatchObject({ status: 1, err: expect.stringMatching(says) })
    expect((await project.cli(['publish', '--force'])).status).toBe(0)
    expect((await project.cli(['status'])).status).toBe(0)
  })

  test('an active table that cannot be read does not hold up what comes in its place', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await project.publish({ 'a.example.com': 201 })
    const [, active] = /^⇒ (\w+)/m.exec((await project.cli(['versions'])).out)!
    const table = (await readdir(project.store)).find(name => name.startsWith(`signalbox.table.${active}`))!
    await rm(join(project.store, table))
    await mkdir(join(project.store, table))
    expect(await project.cli(['rollback'])).toMatchObject({
      status: 0,
      err: expect.stringMatching(/the changes are unknown.*is not a file/),
    })
  })

  test('where nobody is there to be asked, that is said', async () => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    expect((await project.cli(['publish'])).err).toMatch(/not a terminal: proceeding without confirmation/)
    await project.write({ 'a.example.com': 201 })
    expect((await project.cli(['publish', '--yes'])).err).toBe('')
  })

  test.each([
    { title: '-m without a message', args: ['-m', '--dry-run'], says: /That is an option/ },
    { title: '--sign without a file', args: ['--sign', '-y'], says: /That is an option/ },
    { title: '--store without a folder', args: ['--store', ''], says: /is a variable not set/ },
    { title: '--author without a name', args: ['--author', ''], says: /is a variable not set/ },
  ])('$title is told, and nothing is published', async ({ args, says }) => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    const { status, err } = await project.cli(['publish', ...args])
    expect(status).toBe(2)
    expect(err).toMatch(says)
    await expect(readdir(project.store)).rejects.toThrow('ENOENT')
  })

  test('a message of many lines is kept whole, and only its first line is listed', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 }, '-m', 'first line\nsecond \u001b[31mline')
    expect((await project.cli(['versions'])).out).toMatch(/by Ann: first line$/m)
    const { out } = await project.cli(['show'])
    expect(out).toMatch(/second /)
    expect(out).not.toContain('\u001b')
  })

  test.each([
    {
      title: 'a store in a folder below a file',
      store: ['routes.yaml', 'tables'],
      says: /routes\.yaml.tables.*not a directory/,
    },
  ])('$title is told', async ({ store, says }) => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    const place = join(project.routes, '..', ...store)
    const { status, err } = await project.cli(['publish', '--store', place])
    expect(status).toBe(2)
    expect(err).toMatch(says)
  })
})

describe('signing', () => {
  test('what is signed once is signed for ever, unless it is forced', async () => {
    const project = await newProject()
    const key = join(project.routes, '..', 'key.pem')
    await writeFile(key, privateKey())
    await project.publish({ 'a.example.com': 200 }, '--sign', key)
    expect((await project.cli(['status'])).out).toMatch(/ {3}signed/)
    await project.write({ 'a.example.com': 201 })
    expect(await project.cli(['publish'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/active version is signed/),
    })
    expect((await project.cli(['publish', '--sign', key])).status).toBe(0)
    expect((await project.cli(['rollback'])).status).toBe(1)
    expect((await project.cli(['rollback', '--force'])).status).toBe(0)
  })

  test('a version that is active but not signed is signed by publishing it again', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    const { status, out } = await project.cli(['publish'], { env: { SIGNALBOX_SIGNING_KEY: privateKey() } })
    expect(out).toMatch(/nothing changes/)
    expect(status).toBe(0)
    expect((await project.cli(['status'])).out).toMatch(/ {3}signed/)
  })

  test('a new key signs what is active already, and status tells whose signature it is', async () => {
    const project = await newProject()
    const [old, next] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
    const pem = (keys: typeof old) => keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const known = { SIGNALBOX_PUBLIC_KEY: next.publicKey.export({ type: 'spki', format: 'pem' }).toString() }
    await project.write({ 'a.example.com': 200 })
    const publish = (keys: typeof old) => project.cli(['publish'], { env: { SIGNALBOX_SIGNING_KEY: pem(keys) } })
    await publish(old)
    expect((await project.cli(['status'], { env: known })).out).toMatch(/signed by a key that is not known here/)
    expect(await publish(next)).toMatchObject({ status: 0, err: expect.stringMatching(/not signed by this key/) })
    expect((await project.cli(['status'], { env: known })).out).toMatch(/ {3}signed$/m)
    expect((await publish(next)).out).toMatch(/nothing to publish/)
  })

  test('who signs goes on from nothing that others have written into the pointer', async () => {
    const project = await newProject()
    const env = { SIGNALBOX_SIGNING_KEY: privateKey() }
    const wanted = await project.publish({ 'a.example.com': 299 })
    await project.write({ 'a.example.com': 200 })
    await project.cli(['publish'], { env })
    const file = join(project.store, pointerKey)
    const [line = '', signature] = (await readFile(file, 'utf8')).split('\n')
    const [record] = (await readdir(project.store)).filter(name => name.startsWith(`signalbox.version.${wanted}`))
    const before = [record!.slice('signalbox.version.'.length)]
    const forged = { ...JSON.parse(line), before, sequence: 2 ** 52 }
    await writeFile(file, `${JSON.stringify(forged)}\n${signature}\n`)
    expect(await project.cli(['rollback'], { env })).toMatchObject({
      status: 2,
      err: expect.stringMatching(/not signed by this key.*name a version/),
    })
    await project.write({ 'a.example.com': 201 })
    expect((await project.cli(['publish'], { env })).status).toBe(0)
    const written = JSON.parse((await readFile(file, 'utf8')).split('\n')[0]!)
    expect(written.before).toEqual([])
    expect(written.sequence).toBeLessThan(Date.now() + 2 * 86_400_000)
  })

  test('a key of openssl works', async () => {
    const project = await newProject()
    const key = join(project.routes, '..', 'key.pem')
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key], { stdio: 'ignore' })
    await project.publish({ 'a.example.com': 200 }, '--sign', key)
    expect((await project.cli(['status'])).out).toMatch(/ {3}signed/)
  })

  test.each([
    { title: 'is not there', content: undefined, says: /key\.pem: no such file/ },
    { title: 'holds something else', content: 'rubbish', says: /key\.pem: it contains no Ed25519 private key/ },
    {
      title: 'is of another sort',
      content: generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      says: /no Ed25519 private key/,
    },
  ])('a key that $title is told, and nothing is published', async ({ content, says }) => {
    const project = await newProject()
    await project.write({ 'a.example.com': 200 })
    const key = join(project.routes, '..', 'key.pem')
    if (content !== undefined) await writeFile(key, content)
    const { status, err } = await project.cli(['publish', '--sign', key])
    expect(status).toBe(2)
    expect(err).toMatch(says)
    await expect(readdir(project.store)).rejects.toThrow('ENOENT')
  })
})

describe('rollback', () => {
  test('goes back from version to version, and a new version begins from where one is', async () => {
    const project = await newProject()
    const [a, b, c] = [
      await project.publish({ 'a.example.com': 200 }),
      await project.publish({ 'a.example.com': 201 }),
      await project.publish({ 'a.example.com': 202 }),
    ]
    const active = async () => /active {4}(\w+)/.exec((await project.cli(['status'])).out)?.[1]
    await project.cli(['rollback'])
    expect(await active()).toBe(b)
    await project.cli(['rollback'])
    expect(await active()).toBe(a)
    expect(await project.cli(['rollback'])).toMatchObject({
      status: 2,
      err: expect.stringMatching(/no version before/),
    })
    await project.cli(['rollback', c!])
    expect(await active()).toBe(c)
    await project.cli(['rollback'])
    expect(await active()).toBe(a)
  })

  test('says what it changes, and is signed, asked and forced as publishing is', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await project.publish({ 'b.example.com': 200 }, '--force')
    const { status, out, err } = await project.cli(['rollback'])
    expect(status).toBe(1)
    expect(out).toMatch(/- host {2}b\.example\.com/)
    expect(err).toMatch(/none would remain/)
    expect((await project.cli(['rollback', '--force', '--dry-run'])).out).toMatch(/dry run/)
    const confirm = async (question: string) => question.startsWith('roll back to')
    expect((await project.cli(['rollback', '--force'], { confirm })).status).toBe(0)
  })

  test('a version that is removed while the operator thinks is not gone back to', async () => {
    const project = await newProject()
    const first = await project.publish({ 'a.example.com': 200 })
    const second = await project.publish({ 'a.example.com': 201 })
    const confirm = async () => {
      const [table] = (await readdir(project.store)).filter(name => name.startsWith(`signalbox.table.${first}`))
      await rm(join(project.store, table!))
      return true
    }
    expect((await project.cli(['rollback'], { confirm })).status).toBe(2)
    expect(await project.cli(['status'])).toMatchObject({ status: 0, out: expect.stringContaining(second) })
  })

  test('a version whose table is damaged or gone is not gone back to', async () => {
    const project = await newProject()
    const first = await project.publish({ 'a.example.com': 200 })
    await project.publish({ 'a.example.com': 201 })
    const [table] = (await readdir(project.store)).filter(name => name.startsWith(`signalbox.table.${first}`))
    await rm(join(project.store, table!))
    const { status, err } = await project.cli(['rollback'])
    expect(status).toBe(2)
    expect(err).toMatch(/cannot be gone back to: its table is not in the store/)
  })

  test.each([
    { said: '12', says: /at least 4 digits/ },
    { said: 'abcd', says: /no such version/ },
    { said: 'v1', says: /not a version/ },
  ])('$said names no version', async ({ said, says }) => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    const { status, err } = await project.cli(['rollback', said])
    expect(status).toBe(2)
    expect(err).toMatch(says)
  })

  test('where nothing is published there is nothing to go back to', async () => {
    const project = await newProject()
    expect(await project.cli(['rollback'])).toMatchObject({
      status: 2,
      err: expect.stringMatching(/nothing is published/),
    })
  })
})

describe('versions, show, prune', () => {
  test('versions lists the newest first, marks the active one, and says which are incomplete', async () => {
    const project = await newProject()
    const first = await project.publish({ 'a.example.com': 200 }, '-m', 'one')
    const second = await project.publish({ 'a.example.com': 201 }, '-m', 'two')
    const [table] = (await readdir(project.store)).filter(name => name.startsWith(`signalbox.table.${first}`))
    await rm(join(project.store, table!))
    const lines = (await project.cli(['versions'])).out.trimEnd().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^⇒ ${second}  1 route .* by Ann: two$`)),
      expect.stringMatching(new RegExp(`^  ${first}  1 route .* by Ann: one   \\(incomplete: no table\\)$`)),
    ])
    const { versions, active } = JSON.parse((await project.cli(['versions', '--json'])).out)
    expect(active.startsWith(second)).toBe(true)
    expect(versions).toMatchObject([{ isComplete: true, record: { message: 'two' } }, { isComplete: false }])
  })

  test('show gives the YAML back as it was, and writes over nothing', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    const text = await readFile(project.routes, 'utf8')
    await project.publish({ 'a.example.com': 201 })
    const folder = join(project.store, '..', 'old')
    expect((await project.cli(['show', 'previous', '--sources', folder])).status).toBe(0)
    const [file] = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('routes.yaml'))
    expect(await readFile(join(folder, file!), 'utf8')).toBe(text)
    expect(await project.cli(['show', 'previous', '--sources', folder])).toMatchObject({
      status: 2,
      err: expect.stringMatching(/is there already/),
    })
  })

  test('prune removes the oldest, but neither the active version nor the one before it', async () => {
    const project = await newProject()
    const names: string[] = []
    for (const status of [200, 201, 202, 203]) names.push(await project.publish({ 'a.example.com': status }))
    await project.cli(['rollback'])
    await project.cli(['rollback'])
    // The second one is active now, and the first one before it.
    expect((await project.cli(['prune', '--keep', '1', '--dry-run'])).out).toContain(names[2]!)
    expect(await project.cli(['prune', '--keep', '1'])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/removed 1 version, 3 left/),
    })
    const left = await readdir(project.store)
    expect(left.filter(name => name.includes(names[2]!))).toEqual([])
    for (const name of [names[0]!, names[1]!, names[3]!])
      expect(left.filter(each => each.includes(name))).toHaveLength(3)
    expect((await project.cli(['status'])).status).toBe(0)
  })

  test('prune asks, and what is gone back to meanwhile stays', async () => {
    const project = await newProject()
    const names: string[] = []
    for (const status of [200, 201, 202, 203]) names.push(await project.publish({ 'a.example.com': status }))
    const no = await project.cli(['prune', '--keep', '1'], { confirm: async () => false })
    expect(no).toMatchObject({ status: 1, err: expect.stringMatching(/nothing was changed/) })
    const confirm = async () => (await project.cli(['rollback', names[0]!])).status === 0
    expect((await project.cli(['prune', '--keep', '1'], { confirm })).out).toMatch(/removed 1 version, 3 left/)
    expect(await project.cli(['status'])).toMatchObject({ status: 0, out: expect.stringContaining(names[0]!) })
  })

  test('what was lost of a version is written when it is published again', async () => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await project.publish({ 'a.example.com': 201 })
    const names = await readdir(project.store)
    for (const name of names) if (/version|sources/.test(name)) await rm(join(project.store, name))
    await project.publish({ 'a.example.com': 200 })
    expect((await project.cli(['show'])).out).toMatch(/^sources .*routes\.yaml/m)
  })

  test.each([
    { title: 'is damaged', change: (file: string) => writeFile(file, 'rubbish') },
    { title: 'is gone', change: (file: string) => rm(file) },
    { title: 'is longer than any', change: (file: string) => writeFile(file, 'x'.repeat(70_000)) },
  ])('prune removes nothing where the pointer $title: nobody knows which version is active', async ({ change }) => {
    const project = await newProject()
    await project.publish({ 'a.example.com': 200 })
    await project.publish({ 'a.example.com': 201 })
    await change(join(project.store, pointerKey))
    const before = await readdir(project.store)
    expect((await project.cli(['prune', '--keep', '1'])).status).toBe(2)
    expect(await readdir(project.store)).toEqual(before)
  })
})
