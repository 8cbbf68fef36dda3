import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Balancers } from '../../../src/data-plane/balance/balancers.ts'
import type { ClusterBalancer } from '../../../src/data-plane/balance/cluster-balancer.ts'
import { xxHash64 } from '../../../src/data-plane/balance/xx-hash64.ts'
import { Lease } from '../../../src/data-plane/limit/lease.ts'
import type { Balancing } from '../../../src/fib/balancing.ts'
import type { Cluster } from '../../../src/fib/cluster.ts'

const never = () => {
  throw new Error('nothing is drawn')
}

function clusterOf(weights: readonly number[], balancing?: Balancing): Cluster {
  const endpoints = weights.map((weight, index) => ({
    scheme: 'http' as const,
    address: '127.0.0.1',
    port: 20_001 + index,
    weight,
  }))
  return { name: 'a', isKnown: true, endpoints, ...(balancing && { balancing }) }
}

/** The balancer of 127.0.0.1:20001, :20002, … with these weights. */
function balancerOf(balancing: Balancing, weights: readonly number[], random: () => number = () => 0): ClusterBalancer {
  return new Balancers().of(clusterOf(weights, balancing), { random, nowMs: 0 })
}

/** Which of them was picked, from 1. */
function numberOf(picked: ReturnType<ClusterBalancer['pick']>): number {
  return picked!.endpoint.port - 20_000
}

describe('a key leads to the endpoint to which Envoy 1.40 leads it', () => {
  const equal = [1, 1, 1, 1, 1]
  const unequal = [1, 7, 3, 50]
  // The endpoints of `key-0` to `key-29`, as Envoy chose them by a header.
  test.each<[string, Balancing, number[], string]>([
    ['a ring', { kind: 'ring', minSize: 1024 }, equal, '142244415211535452155354322241'],
    ['a small ring', { kind: 'ring', minSize: 7 }, [1, 1, 1], '112332121232222332312131112322'],
    ['a ring of weights', { kind: 'ring', minSize: 100 }, unequal, '444442444444444444244434444444'],
    ['a Maglev table', { kind: 'maglev', size: 65_537 }, equal, '344312532124242253432243412255'],
    ['a Maglev table of weights', { kind: 'maglev', size: 997 }, unequal, '424443444244244441444442444444'],
    ['a table smaller than its cluster', { kind: 'maglev', size: 3 }, equal, '131223112221333133131133213113'],
  ])('%s', (_, balancing, weights, choices) => {
    const balancer = balancerOf(balancing, weights)
    const picked = [...choices].map((_, key) => {
      return numberOf(balancer.pick({ random: never, nowMs: 0, hash: xxHash64(`key-${key}`) }))
    })
    expect(picked.join('')).toBe(choices)
  })
})

describe('endpoints of other weights take turns as in Envoy 1.40', () => {
  // One round, from wherever it begins.
  test.each<[number[], string]>([
    [[5, 2, 1], '21132111'],
    [[6, 2, 4], '231131'],
    [[3, 5], '21212212'],
    [[4, 1], '11112'],
    [[4, 4, 2], '2123121231'],
    [[5, 6, 1, 2, 6], '41252512514251251253'],
  ])('%j', (weights, round) => {
    for (const start of [0, 0.4, 0.99]) {
      const balancer = balancerOf({ kind: 'round-robin' }, weights, () => start)
      const picked = Array.from({ length: round.length * 3 }, () =>
        numberOf(balancer.pick({ random: () => start, nowMs: 0 })),
      ).join('')
      expect(picked).toContain(round.repeat(2))
    }
  })
})

test('every endpoint gets exactly what it weighs in each round', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 8 })
  fc.assert(
    fc.property(weights, fc.double({ min: 0, max: 0.999, noNaN: true }), (weights, start) => {
      const balancer = balancerOf({ kind: 'round-robin' }, weights, () => start)
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const counts = weights.map(() => 0)
      for (let pick = 0; pick < total * 2; pick++) {
        counts[numberOf(balancer.pick({ random: () => start, nowMs: 0 })) - 1]!++
      }
      expect(counts).toEqual(weights.map(weight => weight * 2))
    }),
  )
})

describe('where keys lead', () => {
  const kinds = { ring: { kind: 'ring', minSize: 1024 }, maglev: { kind: 'maglev', size: 65_537 } } as const
  const keys = Array.from({ length: 2000 }, (_, key) => xxHash64(`user-${key}`))
  const choices = (balancing: Balancing, weights: number[]) => {
    const balancer = balancerOf(balancing, weights)
    return keys.map(hash => numberOf(balancer.pick({ random: never, nowMs: 0, hash })))
  }

  test.each<[string, Balancing, number]>([
    ['a ring that is not filled up again', { kind: 'ring', minSize: 1 }, 0],
    ['a ring', kinds.ring, 0.2],
    ['a Maglev table', kinds.maglev, 0.05],
  ])('the keys of an endpoint that is gone move, and few others: %s', (_, balancing, most) => {
    const before = choices(balancing, [1, 1, 1, 1, 1])
    const after = choices(balancing, [1, 1, 1, 1])
    const others = before.filter(number => number !== 5).length
    const moved = before.filter((number, key) => number !== 5 && after[key] !== number).length
    expect(moved / others).toBeLessThanOrEqual(most)
    expect(after).not.toContain(5)
  })

  test.each(Object.entries(kinds))('about as many keys lead to an endpoint as it weighs: %s', (_, balancing) => {
    const picked = choices(balancing, [1, 3])
    expect(picked.filter(number => number === 2).length / picked.length).toBeCloseTo(0.75, 1)
  })

  test.each(Object.entries(kinds))('a request without a key goes anywhere: %s', (_, balancing) => {
    const balancer = balancerOf(balancing, [1, 1, 1])
    const picked = Array.from({ length: 200 }, () => numberOf(balancer.pick({ random: Math.random, nowMs: 0 })))
    expect(new Set(picked)).toEqual(new Set([1, 2, 3]))
  })

  test.each(Object.entries(kinds))('who was tried is passed over on the way, not for ever: %s', (_, balancing) => {
    const balancer = balancerOf(balancing, [1, 1, 1])
    const first = balancer.pick({ random: never, nowMs: 0, hash: 7n })!
    const second = balancer.pick({ random: never, nowMs: 0, hash: 7n, avoided: [first] })!
    expect(second).not.toBe(first)
    const all = balancer.pick({ random: never, nowMs: 0, hash: 7n, avoided: balancer.states })
    expect(all).toBeDefined()
  })
})

test('a ring has its bound, however much weights differ, and a table from elsewhere ends, too', () => {
  const pick = (balancing: Balancing, weights: number[]) =>
    numberOf(balancerOf(balancing, weights).pick({ random: never, nowMs: 0, hash: 7n }))
  expect(pick({ kind: 'ring', minSize: 1024 }, [1, 4_000_000_000])).toBe(2)
  for (const size of [1, 4, 100]) expect([1, 2, 3]).toContain(pick({ kind: 'maglev', size }, [1, 1, 1]))
})

describe('where nothing leads', () => {
  const draws =
    (...numbers: number[]) =>
    () =>
      numbers.shift()!

  test('of two that are drawn, the one with fewer requests under way is taken, the first where they have as many', () => {
    const balancer = balancerOf({ kind: 'least-request' }, [1, 1, 1])
    const [, second, third] = balancer.states
    second!.active = 2
    third!.active = 1
    expect(numberOf(balancer.pick({ random: draws(0.5, 0.9), nowMs: 0 }))).toBe(3)
    expect(numberOf(balancer.pick({ random: draws(0.5, 0.5), nowMs: 0 }))).toBe(2)
    second!.active = 1
    expect(numberOf(balancer.pick({ random: draws(0.5, 0.9), nowMs: 0 }))).toBe(2)
  })

  test('where weights differ, what is under way makes an endpoint lighter', () => {
    const balancer = balancerOf({ kind: 'least-request' }, [1, 2])
    const counts = [0, 0]
    balancer.states[1]!.active = 3
    for (let pick = 0; pick < 300; pick++) counts[numberOf(balancer.pick({ random: () => 0, nowMs: 0 })) - 1]!++
    // 1 / (0 + 1) against 2 / (3 + 1).
    expect(counts[0]! / counts[1]!).toBeCloseTo(2, 1)
  })

  test('at random, weights do not count', () => {
    const balancer = balancerOf({ kind: 'random' }, [1, 99])
    expect(numberOf(balancer.pick({ random: () => 0.49, nowMs: 0 }))).toBe(1)
  })

  test('turns begin anywhere, and go round', () => {
    const balancer = balancerOf({ kind: 'round-robin' }, [1, 1, 1], () => 0.5)
    const picked = Array.from({ length: 6 }, () => numberOf(balancer.pick({ random: never, nowMs: 0 })))
    expect(picked).toEqual([2, 3, 1, 2, 3, 1])
  })

  test('without endpoints, nothing is chosen', () => {
    expect(balancerOf({ kind: 'round-robin' }, []).pick({ random: never, nowMs: 0 })).toBeUndefined()
  })
})

describe('what was learned of a cluster', () => {
  const circumstances = { random: () => 0, nowMs: 0 }

  test('goes on where it is decoded anew', () => {
    const balancers = new Balancers()
    const before = balancers.of(clusterOf([1, 1], { kind: 'round-robin' }), circumstances)
    expect(balancers.of(clusterOf([1, 1], { kind: 'round-robin' }), circumstances)).toBe(before)
  })

  test('goes on for the endpoints that stay', () => {
    const balancers = new Balancers()
    const before = balancers.of(clusterOf([1, 1]), circumstances)
    const after = balancers.of(clusterOf([1, 1, 1]), circumstances)
    expect(after).not.toBe(before)
    expect(after.states.slice(0, 2)).toEqual(before.states)
    expect(after.states[0]).toBe(before.states[0])
  })

  test('goes on for what is under way, where endpoints come and go', () => {
    const balancers = new Balancers()
    const timers = { startTimer: () => () => {} }
    const limited = (weights: number[]) => ({ ...clusterOf(weights), limits: { maxRequests: 1 } })
    expect(balancers.of(limited([1, 1]), circumstances).breaker!.acquire(new Lease(timers))).toBe(true)
    expect(balancers.of(limited([1, 1, 1]), circumstances).breaker!.acquire(new Lease(timers))).toBe(false)
  })

  test('goes on while requests of the table before are under way, and these add to it', () => {
    const balancers = new Balancers()
    const outlierDetection = {
      serverErrors: 1,
      intervalMs: 1000,
      baseEjectionMs: 5000,
      maxEjectionPercent: 50,
      minHealthPercent: 0,
    }
    const before = balancers.of({ ...clusterOf([1, 1]), outlierDetection }, circumstances)
    const after = balancers.of({ ...clusterOf([1, 1, 1]), outlierDetection }, circumstances)
    before.note(before.states[0]!, 500, 2000)
    const seen = (nowMs: number) => {
      const picks = Array.from({ length: 60 }, () => numberOf(after.pick({ random: Math.random, nowMs })))
      return [...new Set(picks)].sort()
    }
    expect(seen(2000)).toEqual([2, 3])
    expect(seen(7000)).toEqual([1, 2, 3])
    // Those requests keep to the endpoints of their own table.
    after.note(after.states[1]!, 500, 8000)
    const picks = Array.from({ length: 20 }, () => numberOf(before.pick({ random: Math.random, nowMs: 8000 })))
    expect([...new Set(picks)]).toEqual([1])
    // What left the cluster is nobody's any more.
    const fewer = balancers.of({ ...clusterOf([1]), outlierDetection }, circumstances)
    after.note(after.states[2]!, 500, 9000)
    expect(after.states[2]!.isEjected).toBe(false)
    expect(numberOf(fewer.pick({ random: never, nowMs: 9000 }))).toBe(1)
  })

  test('goes on for each of several endpoints with one address', () => {
    const balancers = new Balancers()
    const twice = (more: number[]) => {
      const { endpoints, ...rest } = clusterOf([1, ...more])
      return { ...rest, endpoints: [endpoints[0]!, ...endpoints] }
    }
    const before = balancers.of(twice([]), circumstances)
    const after = balancers.of(twice([1]), circumstances)
    expect(after.states.slice(0, 2)).toEqual(before.states)
    expect(after.states[0]).not.toBe(after.states[1])
  })

  test('is forgotten where its endpoints are asked in another way', () => {
    const balancers = new Balancers()
    const before = balancers.of(clusterOf([1, 1]), circumstances)
    const after = balancers.of(clusterOf([1, 1], { kind: 'random' }), circumstances)
    expect(after.states[0]).not.toBe(before.states[0])
  })

  test('is forgotten where there are more than 100,000 endpoints, of who was asked for longest ago', () => {
    const balancers = new Balancers()
    const clusters = Array.from({ length: 1001 }, (_, index) => ({
      ...clusterOf(Array.from({ length: 100 }, () => 1)),
      name: `c${index}`,
    }))
    const balancerOf = (index: number) => balancers.of(clusters[index]!, circumstances)
    const before = clusters.slice(0, 1000).map((_, index) => balancerOf(index))
    expect(balancerOf(0)).toBe(before[0])
    balancerOf(1000)
    expect(balancerOf(0)).toBe(before[0])
    expect(balancerOf(2)).toBe(before[2])
    expect(balancerOf(1)).not.toBe(before[1])
  })

  test('does not count twice where a cluster changes', () => {
    const balancers = new Balancers()
    const first = balancers.of(clusterOf([1]), circumstances)
    for (let change = 0; change < 1000; change++) {
      const weights = Array.from({ length: 200 }, () => 1 + (change % 2))
      balancers.of({ ...clusterOf(weights), name: 'changing' }, circumstances)
    }
    expect(balancers.of(clusterOf([1]), circumstances)).toBe(first)
  })

  test('does not hold the tables of all clusters at once: those that were made first are made again', () => {
    const balancers = new Balancers()
    let reads = 0
    const counted = (name: string): Cluster => {
      const endpoint = (address: string) => ({
        ...clusterOf([1]).endpoints[0]!,
        // Read where a table is made, and by no choice.
        get address() {
          reads++
          return address
        },
      })
      const balancing = { kind: 'maglev', size: 3_259_999 } as const
      return { name, isKnown: true, endpoints: [endpoint('one'), endpoint('two')], balancing }
    }
    // 13 MB each, of 32.
    const clusters = [counted('a'), counted('b'), counted('c')]
    const readsOf = (index: number) => {
      const before = reads
      balancers.of(clusters[index]!, circumstances).pick({ random: never, nowMs: 0, hash: 7n })
      return reads - before
    }
    expect(readsOf(0)).toBeGreaterThan(0)
    expect(readsOf(0)).toBe(0)
    readsOf(1)
    expect(readsOf(0)).toBe(0)
    readsOf(2)
    expect(readsOf(0)).toBeGreaterThan(0)
  })
})
