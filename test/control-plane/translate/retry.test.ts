import { describe, expect, test } from 'vitest'
import { defaultRetries } from '../../../src/fib/retry.ts'
import { forwardOf, inNamespace, translated } from './served-routes.ts'

const defaultConditions = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled']
const off = { ...defaultRetries, attempts: 0, on: [] }

describe('the retries of a rule', () => {
  test.each([
    { title: 'are left to the default where it says nothing of them', retries: undefined, expected: undefined },
    { title: 'are off without attempts', retries: '{}', expected: off },
    { title: 'are off with 0 attempts', retries: '{ attempts: 0 }', expected: off },
    {
      title: 'have the default’s conditions unless it names some',
      retries: '{ attempts: 4 }',
      expected: { ...defaultRetries, attempts: 4, on: defaultConditions },
    },
    {
      title: 'have the default’s conditions where it names none',
      retries: '{ attempts: 1, retryOn: "" }',
      expected: { attempts: 1, on: defaultConditions },
    },
    {
      title: 'have no other conditions than those it names',
      retries: '{ attempts: 2, retryOn: "5xx,reset" }',
      expected: { on: ['5xx', 'reset'], statuses: [] },
    },
    {
      title: 'name a condition once, however often it is written',
      retries: '{ attempts: 2, retryOn: "reset,503,reset,503" }',
      expected: { on: ['reset', 'retriable-status-codes'], statuses: [503] },
    },
    {
      title: 'take numbers for statuses, which imply that statuses are retried',
      retries: '{ attempts: 2, retryOn: "418" }',
      expected: { on: ['retriable-status-codes'], statuses: [418] },
    },
    {
      title: 'may say that themselves',
      retries: '{ attempts: 2, retryOn: "retriable-status-codes,503,429" }',
      expected: { on: ['retriable-status-codes'], statuses: [503, 429] },
    },
    {
      title: 'retry no status where they name none',
      retries: '{ attempts: 2, retryOn: retriable-status-codes }',
      expected: { on: ['retriable-status-codes'], statuses: [] },
    },
    {
      title: 'limit each try where they say so',
      retries: '{ attempts: 2, perTryTimeout: 1s }',
      expected: { perTryTimeoutMs: 1000 },
    },
    {
      title: 'may go where a try has failed',
      retries: '{ attempts: 2, retryIgnorePreviousHosts: false }',
      expected: { avoidsTriedEndpoints: false },
    },
    { title: 'have a backoff', retries: '{ attempts: 2, backoff: 400ms }', expected: { backoffMs: 400 } },
    {
      title: 'back off as by default where it is 0',
      retries: '{ attempts: 2, backoff: 0s }',
      expected: { backoffMs: 25 },
    },
    {
      title: 'back off by a millisecond at least',
      retries: '{ attempts: 2, backoff: 10us }',
      expected: { backoffMs: 1 },
    },
    {
      title: 'never wait longer than a timer counts',
      retries: '{ attempts: 2, backoff: 8760h, perTryTimeout: 8760h }',
      expected: { backoffMs: (2 ** 31 - 1) / 10 },
    },
  ])('$title', ({ retries, expected }) => {
    const { action, retriesFrom } = forwardOf(retries === undefined ? '' : `retries: ${retries}`)
    if (expected === undefined) expect(action).not.toHaveProperty('retries')
    else expect(action.retries).toMatchObject(expected)
    expect(retriesFrom).toBe(expected && 'route')
  })

  test('limit no try by default', () => {
    expect(forwardOf('retries: { attempts: 2 }').action.retries).toEqual(defaultRetries)
  })

  test('hold beside a fault, whatever Istio’s page says', () => {
    const { action } = forwardOf(
      'retries: { attempts: 1 }, fault: { abort: { httpStatus: 500, percentage: { value: 1 } } }',
    )
    expect(action.retries?.attempts).toBe(1)
  })
})

describe('the mesh’s default', () => {
  const mesh = 'defaultHttpRetryPolicy: { attempts: 5, retryOn: "gateway-error,429", perTryTimeout: 2s, backoff: 1s }\n'
  test.each([
    {
      title: 'is for rules that say nothing of retries',
      rule: '',
      from: 'mesh',
      expected: {
        attempts: 5,
        perTryTimeoutMs: 2000,
        on: ['gateway-error', 'retriable-status-codes'],
        statuses: [429],
        backoffMs: 1000,
        avoidsTriedEndpoints: true,
      },
    },
    {
      title: 'gives no single field to a rule that has retries of its own',
      rule: 'retries: { attempts: 1 }',
      from: 'route',
      expected: { ...defaultRetries, attempts: 1 },
    },
    { title: 'can be switched off by a rule', rule: 'retries: { attempts: 0 }', from: 'route', expected: off },
  ])('$title', ({ rule, from, expected }) => {
    const { action, retriesFrom } = forwardOf(rule, mesh)
    expect({ retries: action.retries, from: retriesFrom }).toEqual({ retries: expected, from })
  })

  test('takes from Istio’s what it leaves out', () => {
    const { action } = forwardOf('', 'defaultHttpRetryPolicy: { attempts: 1, perTryTimeout: 3s }\n')
    expect(action.retries).toEqual({ ...defaultRetries, attempts: 1, perTryTimeoutMs: 3000 })
  })

  test('can switch retries off for all', () => {
    expect(forwardOf('', 'defaultHttpRetryPolicy: { attempts: 0 }\n').action.retries).toEqual(off)
  })
})

test('retries are nothing to a rule that answers by itself', () => {
  const answering = inNamespace(
    'shop',
    'VirtualService',
    'a',
    '{ hosts: [a.test], http: [{ directResponse: { status: 200 } }] }',
  )
  const { listeners } = translated([answering], {}, 'defaultHttpRetryPolicy: { attempts: 5 }\n')
  const [route] = listeners[0]!.virtualHosts[0]!.routes
  expect(route!.action).toEqual({ kind: 'respond', status: 200 })
  expect(route).not.toHaveProperty('retriesFrom')
})
