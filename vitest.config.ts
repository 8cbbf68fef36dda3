import { defineConfig } from 'vitest/config'
import { patienceMs, testTimeoutMs } from './test/patience.ts'

/** What starts processes or threads, opens ports or builds bundles: each file has a process of its own. */
const runtimes = [
  'test/bundle-size.test.ts',
  'test/cli/built-command.test.ts',
  'test/cli/dev/echo-origin.test.ts',
  'test/cli/explain-code.test.ts',
  'test/cli/folders/parse-in-threads.test.ts',
  'test/cli/main.test.ts',
  'test/cli/stores/**/*.test.ts',
  'test/conformance/runner.test.ts',
  'test/publish/**/*.test.ts',
  'test/runtimes/**/*.test.ts',
]

export default defineConfig({
  test: {
    // One more than the two cores of a small machine: suites of runtimes mostly wait for the processes that they start.
    maxWorkers: 3,
    testTimeout: testTimeoutMs,
    hookTimeout: testTimeoutMs,
    expect: { poll: { timeout: patienceMs } },
    projects: [
      {
        extends: true,
        // Files share their modules: a test that leaves something behind in one fails another, and has to be mended.
        test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: runtimes, isolate: false },
      },
      { extends: true, test: { name: 'runtimes', include: runtimes } },
    ],
  },
})
