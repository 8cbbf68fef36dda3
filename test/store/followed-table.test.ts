import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { header } from '../../src/fib/layout.ts'
import { followPlatform } from '../../src/runtimes/follow-platform.ts'
import { ActiveTable } from '../../src/store/active-table.ts'
import { FollowedTable, type FollowSettings, type TableEvent } from '../../src/store/followed-table.ts'
import { encodePointer, type Pointer, type Sign } from '../../src/store/pointer.ts'
import { keyOf, pointerKey, type VersionReader } from '../../src/store/version-store.ts'
import { tableOf, versionOf, withBitFlipped } from './tables.ts'

const bundled = tableOf('bundled.example.com')
const one = tableOf('one.example.com')
const two = tableOf('two.example.com')

/** A store that a test has in its hand, with a clock. */
class Setting implements VersionReader {
  readonly values = new Map<string, Uint8Array>()
  readonly asked: string[] = []
  readonly events: TableEvent[] = []
  readonly active = new ActiveTable(bundled)
  readonly followed: FollowedTable
  nowMs = 1_000_000
  /** What a read waits for, or fails by. */
  before: (key: string) => Promise<void> = async () => {}
  readonly #timers: { readonly atMs: number; readonly onElapsed: () => void }[] = []

  constructor(settings: Partial<FollowSettings> = {}) {
    const platform = {
      ...followPlatform,
      now: () => this.nowMs,
      startTimer: (durationMs: number, onElapsed: () => void) => {
        this.#timers.push({ atMs: this.nowMs + durationMs, onElapsed })
        return () => {}
      },
    }
    const all = { intervalMs: 10_000, firstWaitMs: 300, ...settings }
    this.followed = new FollowedTable(this.active, this, platform, all, event => this.events.push(event))
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    this.asked.push(key)
    // What is slow brings what was there when it was asked for.
    const value = this.values.get(key)
    await this.before(key)
    return value
  }

  async publish(table: Uint8Array, facts: Partial<Pointer> = {}, by?: Sign): Promise<string> {
    const version = versionOf(table)
    this.values.set(keyOf('table', version), table)
    const pointer = {
      version,
      sequence: this.nowMs,
      at: '',
      by: '',
      message: '',
      isForced: false,
      before: [],
      ...facts,
    }
    this.values.set(pointerKey, await encodePointer(pointer, by))
    return version
  }

  pass(durationMs: number): void {
    this.nowMs += durationMs
    for (const { atMs, onElapsed } of this.#timers) if (atMs <= this.nowMs) onElapsed()
  }

  /** One request, and the end of what it set going. @returns the version that it was served by */
  async request(): Promise<string> {
    const work: Promise<void>[] = []
    const table = await this.followed.forRequest(each => void work.push(each))
    await Promise.all(work)
    return table.version
  }

  get served(): string {
    return this.active.current.version
  }
}

/** A read that never ends, until it is told to. */
function held(): { readonly until: Promise<void>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { until: promise, release: resolve }
}

describe('when a store is asked', () => {
  test('the first request waits, and is served by what is published', async () => {
    const setting = new Setting()
    const version = await setting.publish(one)
    expect(await setting.request()).toBe(version)
  })

  test('the first request waits no longer than it may, and is served by the bundled table', async () => {
    const setting = new Setting()
    const version = await setting.publish(one)
    const { until, release } = held()
    setting.before = () => until
    const work: Promise<void>[] = []
    const first = setting.followed.forRequest(each => void work.push(each))
    setting.pass(300)
    expect((await first).version).toBe(versionOf(bundled))
    release()
    await Promise.all(work)
    expect(setting.served).toBe(version)
  })

  test('no request but the first waits, also while that one does', async () => {
    const setting = new Setting()
    await setting.publish(one)
    const { until, release } = held()
    setting.before = () => until
    const first = setting.followed.forRequest(() => {})
    expect(setting.followed.forRequest(() => {})).toBe(setting.active.current)
    release()
    await first
    setting.pass(10_000)
    expect(setting.followed.forRequest(() => {})).toBe(setting.active.current)
  })

  test('where nothing may be waited for, the first request does not', async () => {
    const setting = new Setting({ firstWaitMs: 0 })
    await setting.publish(one)
    expect(setting.followed.forRequest(() => {})).toBe(setting.active.current)
  })

  test('the pointer is asked for once an interval, however many requests there are, and a table once', async () => {
    const setting = new Setting()
    const version = await setting.publish(one)
    for (let at = 0; at < 100; at++) {
      await setting.request()
      setting.pass(1000)
    }
    expect(setting.asked.filter(key => key === pointerKey)).toHaveLength(10)
    expect(setting.asked.filter(key => key === keyOf('table', version))).toHaveLength(1)
  })

  test('a table that serves already is not read', async () => {
    const setting = new Setting()
    await setting.publish(bundled)
    await setting.request()
    expect(setting.asked).toEqual([pointerKey])
    expect(setting.followed.status).toMatchObject({ source: 'store', store: 'followed' })
  })

  test('a look that hangs is given up after half a minute, and what it brings then is left', async () => {
    const setting = new Setting()
    await setting.publish(one)
    const { until, release } = held()
    setting.before = () => until
    const hung: Promise<void>[] = []
    void setting.followed.forRequest(each => void hung.push(each))
    setting.pass(20_000)
    await setting.request()
    expect(setting.asked).toHaveLength(1)
    setting.pass(10_000)
    setting.before = async () => {}
    const version = await setting.publish(two)
    await setting.request()
    expect(setting.served).toBe(version)
    expect(setting.events[0]).toEqual({ kind: 'unreachable', reason: 'no response within 30 s' })
    // What hung goes on now, with a pointer that has been overtaken; it must count for nothing.
    const { counts } = setting.followed.status
    release()
    await Promise.all(hung)
    expect(setting.followed.status.counts).toEqual(counts)
    expect(setting.served).toBe(version)
  })

  test('a look that hangs is not given up before the next one is due', async () => {
    const setting = new Setting({ intervalMs: 60_000 })
    setting.before = () => held().until
    void setting.followed.forRequest(() => {})
    setting.pass(59_999)
    void setting.followed.forRequest(() => {})
    expect(setting.asked).toHaveLength(1)
    setting.pass(1)
    void setting.followed.forRequest(() => {})
    expect(setting.asked).toHaveLength(2)
  })

  test('a clock that is set back does not stop the looks', async () => {
    const setting = new Setting()
    await setting.publish(one)
    await setting.request()
    setting.nowMs -= 5_000_000
    await setting.request()
    expect(setting.followed.status.counts.polls).toBe(2)
  })
})

describe('what becomes of what a store says', () => {
  const cases: readonly {
    readonly title: string
    readonly change: (setting: Setting, version: string) => void | Promise<void>
    readonly reason: RegExp
    readonly store: 'refused' | 'unreachable'
  }[] = [
    { title: 'nothing any more', change: ({ values }) => values.clear(), store: 'refused', reason: /pointer is gone/ },
    {
      title: 'a pointer that is garbage',
      change: ({ values }) => void values.set(pointerKey, new Uint8Array([0xff, 0, 10, 1])),
      store: 'refused',
      reason: /pointer is damaged: it is not JSON/,
    },
    {
      title: 'a pointer that is cut off',
      change: ({ values }) => void values.set(pointerKey, values.get(pointerKey)!.slice(0, 50)),
      store: 'refused',
      reason: /cut off/,
    },
    {
      title: 'a pointer of a later format',
      change: ({ values }) => void values.set(pointerKey, new TextEncoder().encode('{"format":2}\n')),
      store: 'refused',
      reason: /later Signalbox/,
    },
    {
      title: 'a pointer ahead of its table',
      change: ({ values }, version) => void values.delete(keyOf('table', version)),
      store: 'refused',
      reason: /not there/,
    },
    {
      title: 'a table that is half written',
      change: ({ values }, version) => void values.set(keyOf('table', version), two.slice(0, two.length / 2)),
      store: 'refused',
      reason: /bytes of a table that has/,
    },
    {
      title: 'a table that is empty',
      change: ({ values }, version) => void values.set(keyOf('table', version), new Uint8Array()),
      store: 'refused',
      reason: /too few/,
    },
    {
      title: 'a table with another under its name',
      change: ({ values }, version) => void values.set(keyOf('table', version), one),
      store: 'refused',
      reason: /names another version/,
    },
    {
      title: 'a table with one bit of its own name flipped',
      change: ({ values }, version) => {
        const renamed = two.slice()
        renamed[header.hash * 4]! ^= 1
        values.set(keyOf('table', version), renamed)
      },
      store: 'refused',
      reason: /names another version/,
    },
    {
      title: 'a table with one bit flipped',
      change: ({ values }, version) => void values.set(keyOf('table', version), withBitFlipped(two, 'two')),
      store: 'refused',
      reason: /not the name of the table/,
    },
    {
      title: 'a table of a later format',
      change: ({ values }, version) => {
        const later = two.slice()
        later[4]! += 1
        values.set(keyOf('table', version), later)
      },
      store: 'refused',
      reason: /format version/,
    },
    {
      title: 'a table without any host',
      change: async setting => void (await setting.publish(tableOf())),
      store: 'refused',
      reason: /no host at all/,
    },
    {
      title: 'a pointer that is older than the one before',
      change: async setting => void (await setting.publish(two, { sequence: 5 })),
      store: 'refused',
      reason: /older/,
    },
    {
      title: 'no answer',
      change: setting => {
        setting.before = async () => {
          throw new Error('Network connection lost.')
        }
      },
      store: 'unreachable',
      reason: /connection lost/,
    },
  ]

  test.each(cases)('$title: the last good table serves, it is said once, and counted', async each => {
    const setting = new Setting()
    const good = await setting.publish(one)
    await setting.request()
    setting.pass(10_000)
    await each.change(setting, await setting.publish(two))
    setting.events.length = 0
    for (let at = 0; at < 5; at++) {
      expect(await setting.request()).toBe(good)
      setting.pass(10_000)
    }
    expect(setting.served).toBe(good)
    const { store, reason, counts } = setting.followed.status
    expect(store).toBe(each.store)
    expect(reason).toMatch(each.reason)
    expect(setting.events).toHaveLength(1)
    expect(counts[each.store]).toBeGreaterThan(1)

    // And once it is mended, it is followed again.
    setting.before = async () => {}
    setting.pass(120_000)
    const version = await setting.publish(two)
    await setting.request()
    expect(setting.served).toBe(version)
    expect(setting.followed.status).toMatchObject({ store: 'followed', reason: undefined })
  })

  test('a store that never had anything is no fault', async () => {
    const setting = new Setting()
    expect(await setting.request()).toBe(versionOf(bundled))
    expect(setting.followed.status).toMatchObject({ source: 'bundle', store: 'empty', answeredMs: setting.nowMs })
    expect(setting.events).toEqual([])
  })

  test('another reason is told as well', async () => {
    const setting = new Setting()
    await setting.publish(one)
    await setting.request()
    for (const value of ['rubbish', 'rubbish\n', 'rubbish\n']) {
      setting.values.set(pointerKey, new TextEncoder().encode(value))
      setting.pass(10_000)
      await setting.request()
    }
    const reasons = setting.events.slice(1).map(event => ('reason' in event ? event.reason : event.kind))
    expect(reasons).toEqual([expect.stringMatching(/cut off/), expect.stringMatching(/not JSON/)])
  })

  test('a pointer to the bundled table counts: an older one is not taken after it', async () => {
    const setting = new Setting()
    const version = await setting.publish(bundled)
    await setting.request()
    setting.pass(10_000)
    await setting.publish(one, { sequence: 5 })
    expect(await setting.request()).toBe(version)
    expect(setting.served).toBe(version)
  })

  test('a place that is behind and names the version that serves is no fault', async () => {
    const setting = new Setting()
    await setting.publish(one)
    const behind = setting.values.get(pointerKey)!
    await setting.request()
    setting.pass(10_000)
    await setting.publish(two)
    await setting.request()
    setting.pass(10_000)
    await setting.publish(one)
    await setting.request()
    setting.values.set(pointerKey, behind)
    setting.pass(10_000)
    await setting.request()
    expect(setting.followed.status).toMatchObject({ store: 'followed', counts: { refused: 0 } })
  })

  test('a table without any host that was forced is taken', async () => {
    const setting = new Setting()
    const version = await setting.publish(tableOf(), { isForced: true })
    expect(await setting.request()).toBe(version)
  })

  test('a pointer back to an older table is followed: only the move has to be later', async () => {
    const setting = new Setting()
    const first = await setting.publish(one)
    await setting.request()
    setting.pass(10_000)
    await setting.publish(two)
    await setting.request()
    setting.pass(10_000)
    await setting.publish(one)
    await setting.request()
    expect(setting.served).toBe(first)
  })

  test('a table that was refused is read again after longer and longer times, but another one at once', async () => {
    const setting = new Setting()
    const version = await setting.publish(two)
    setting.values.set(keyOf('table', version), two.slice(0, 100))
    const reads: number[] = []
    for (let at = 0; at < 30; at++) {
      const before = setting.asked.filter(key => key === keyOf('table', version)).length
      await setting.request()
      if (setting.asked.filter(key => key === keyOf('table', version)).length > before) reads.push(at)
      setting.pass(10_000)
    }
    expect(reads).toEqual([0, 1, 3, 7, 13, 19, 25])
    const other = await setting.publish(one)
    await setting.request()
    expect(setting.served).toBe(other)
  })

  test('when a store that could not be asked says what is served, that is told', async () => {
    const setting = new Setting()
    await setting.publish(one)
    await setting.request()
    setting.before = async () => {
      throw new Error('down')
    }
    setting.pass(10_000)
    await setting.request()
    setting.before = async () => {}
    setting.pass(10_000)
    await setting.request()
    expect(setting.events.map(({ kind }) => kind)).toEqual(['activated', 'unreachable', 'recovered'])
  })
})

describe('signatures', () => {
  const [ours, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const der = (keys: typeof ours) => new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' }))
  const by =
    (keys: typeof ours): Sign =>
    async bytes =>
      sign(null, bytes, keys.privateKey)

  test.each([
    { title: 'signed by the key that is known', signer: ours, known: [ours], isTaken: true },
    { title: 'signed by one of several keys that are known', signer: ours, known: [theirs, ours], isTaken: true },
    { title: 'signed by another key', signer: theirs, known: [ours], isTaken: false, reason: /not known here/ },
    { title: 'not signed', known: [ours], isTaken: false, reason: /not signed/ },
    {
      title: 'signed, where the only key is unusable',
      signer: ours,
      known: [],
      isTaken: false,
      reason: /not known here/,
    },
    { title: 'signed, where no key is asked for', signer: ours, known: undefined, isTaken: true },
  ])('a pointer $title', async ({ signer, known, isTaken, reason }) => {
    const setting = new Setting(known === undefined ? {} : { publicKeys: known.map(der) })
    const version = await setting.publish(one, {}, signer && by(signer))
    expect(await setting.request()).toBe(isTaken ? version : versionOf(bundled))
    if (reason) expect(setting.followed.status.reason).toMatch(reason)
  })

  test('what was refused for its signature alone is looked at again at once', async () => {
    const setting = new Setting({ publicKeys: [der(ours)] })
    await setting.publish(one)
    await setting.request()
    setting.pass(10_000)
    const version = await setting.publish(one, {}, by(ours))
    await setting.request()
    expect(setting.served).toBe(version)
  })

  test('a signature does not cover what was changed behind it', async () => {
    const setting = new Setting({ publicKeys: [der(ours)] })
    await setting.publish(one, {}, by(ours))
    const signed = new TextDecoder().decode(setting.values.get(pointerKey))
    const changed = signed.replace(versionOf(one), versionOf(two))
    expect(changed).not.toBe(signed)
    setting.values.set(keyOf('table', versionOf(two)), two)
    setting.values.set(pointerKey, new TextEncoder().encode(changed))
    expect(await setting.request()).toBe(versionOf(bundled))
  })
})
