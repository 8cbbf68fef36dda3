import { describe, expect, test } from 'vitest'
import { allocatorEnvironment } from '../../../src/cli/gateway/allocator-environment.ts'

describe('restartable sequences are left to the allocator', () => {
  const own = 'glibc.pthread.rseq=0'
  test.each([
    { title: 'where nothing is set', before: undefined, after: own },
    { title: 'where what is set is empty', before: '', after: own },
    {
      title: 'beside what the operator set for something else',
      before: 'glibc.malloc.check=3',
      after: `glibc.malloc.check=3:${own}`,
    },
    { title: 'but for an operator who says otherwise', before: 'glibc.pthread.rseq=1', after: 'glibc.pthread.rseq=1' },
  ])('$title', ({ before, after }) => {
    const environment = { PATH: '/bin', ...(before !== undefined && { GLIBC_TUNABLES: before }) }
    expect(allocatorEnvironment(environment)).toEqual({ PATH: '/bin', GLIBC_TUNABLES: after })
  })
})
