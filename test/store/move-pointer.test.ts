import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FolderStore } from '../../src/cli/stores/folder-store.ts'
import { movePointer, pointerForward } from '../../src/store/move-pointer.ts'
import { encodePointer, type Pointer } from '../../src/store/pointer.ts'
import { readPointer } from '../../src/store/read-pointer.ts'
import { pointerKey, StoreError } from '../../src/store/version-store.ts'
import { temporaryFolder } from '../cli/fake-world.ts'

const [a, b, c] = ['a', 'b', 'c'].map(digit => digit.repeat(64)) as [string, string, string]
const move = { by: 'Ann', message: '', isForced: false, nowMs: 1000 }
const first = pointerForward(undefined, a, move)
const ours = pointerForward(first, b, move)
const theirs = pointerForward(first, c, { ...move, nowMs: 2000 })

/** A store in which something happens when the pointer is written. */
class Eventful extends FolderStore {
  onWrite: (write: (pointer: Pointer) => Promise<void>, next: () => Promise<void>) => Promise<void> = (_, next) =>
    next()

  override write(key: string, value: Uint8Array): Promise<void> {
    const put = async (pointer: Pointer) => super.write(key, await encodePointer(pointer))
    return this.onWrite(put, () => super.write(key, value))
  }
}

async function storeWithFirst(): Promise<Eventful> {
  const store = new Eventful(join(await temporaryFolder(), 'tables'))
  await store.write(pointerKey, await encodePointer(first))
  return store
}

const lost = new StoreError('the connection broke off')

test.each<{ title: string; onWrite: Eventful['onWrite']; outcome: string; active: string }>([
  { title: 'is written', onWrite: (_, next) => next(), outcome: 'moved', active: b },
  {
    title: 'is written, and the answer is lost',
    onWrite: async (_, next) => {
      await next()
      throw lost
    },
    outcome: 'moved',
    active: b,
  },
  {
    title: 'is not written, for the connection breaks off',
    onWrite: () => Promise.reject(lost),
    outcome: 'the connection broke off',
    active: a,
  },
  {
    title: 'is not written, and somebody else moves it meanwhile',
    onWrite: async put => {
      await put(theirs)
      throw lost
    },
    outcome: 'overtaken',
    active: c,
  },
  {
    title: 'is written, and somebody else moves it right behind',
    onWrite: async (put, next) => {
      await next()
      await put(theirs)
    },
    outcome: 'overtaken',
    active: c,
  },
  { title: 'is said to be written, and is not', onWrite: async () => {}, outcome: 'does not return', active: a },
])('a pointer that $title', async ({ onWrite, outcome, active }) => {
  const store = await storeWithFirst()
  const expected = await readPointer(store)
  store.onWrite = onWrite
  const said = await movePointer(store, expected, ours, undefined).then(
    ({ kind }) => kind,
    (error: Error) => error.message,
  )
  expect(said).toContain(outcome)
  expect(await readPointer(store)).toMatchObject({ pointer: { version: active } })
})

test('a pointer that was moved since it was looked at is left there', async () => {
  const store = await storeWithFirst()
  const expected = await readPointer(store)
  await store.write(pointerKey, await encodePointer(theirs))
  expect(await movePointer(store, expected, ours, undefined)).toMatchObject({ kind: 'overtaken' })
  expect(await readPointer(store)).toMatchObject({ pointer: { version: c } })
})
