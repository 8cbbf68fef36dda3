import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/control-plane/compile/compile.ts'
import { addAhead, compileRoutes, FileCache } from '../../src/control-plane/compile-routes.ts'
import { parseSourceFile } from '../../src/control-plane/config/yaml/parse-source-file.ts'
import { readConfig } from '../../src/control-plane/config/read-config.ts'
import { resolve } from '../../src/control-plane/resolve/resolve.ts'
import { translate } from '../../src/control-plane/translate/translate.ts'
import { planRequest } from '../../src/data-plane/plan/plan-request.ts'
import type { ForwardPlan } from '../../src/data-plane/plan/request-plan.ts'
import { readHead } from '../../src/data-plane/proxy/read-head.ts'
import { isUnreadable } from '../../src/diagnostics/diagnostic.ts'
import { renderText } from '../../src/diagnostics/render.ts'
import { printTable } from '../fib/print-table.ts'
import { defaultRetries } from '../../src/fib/retry.ts'
import { openTable } from '../../src/fib/view.ts'
import { webRequest } from '../../src/runtimes/web-request.ts'

/**
 * Each folder is a case: `in/` holds the YAML, `requests.txt` requests to plan, one a line (`GET http://host/path`).
 * The other files are what the stages make of them. `vitest -u` rewrites these; the diff is to be read.
 */
const root = import.meta.dirname
const cases = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory())

describe.each(cases.map(({ name }) => ({ name })))('$name', ({ name }) => {
  const folder = join(root, name)
  const files = readdirSync(join(folder, 'in'), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.ya?ml$/.test(file))
    .map(file => ({ path: file.replaceAll('\\', '/'), bytes: readFileSync(join(folder, 'in', file)) }))

  test('diagnostics', async () => {
    const { diagnostics, texts } = compileRoutes(files)
    await expect(renderText(diagnostics, texts, { color: false })).toMatchFileSnapshot(join(folder, 'diagnostics.txt'))
  })

  test('what is found out ahead, file by file, changes nothing', () => {
    const cache = new FileCache()
    for (const file of files) {
      const packed = parseSourceFile(file)
      if (packed) addAhead(cache, file, packed)
    }
    const { texts: _, ...ahead } = compileRoutes(files, { cache })
    const { texts: __, ...anew } = compileRoutes(files)
    expect(ahead).toEqual(anew)
  })

  const { config, diagnostics } = readConfig(files)
  test.skipIf(isUnreadable(diagnostics))('table', async () => {
    const table = openTable(compile(translate(resolve(config))))
    await expect(printTable(table)).toMatchFileSnapshot(join(folder, 'fib.txt'))
  })

  const requests = join(folder, 'requests.txt')
  test.skipIf(!existsSync(requests))('plans', async () => {
    const table = openTable(compile(translate(resolve(config))))
    const plans = readFileSync(requests, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => `${line}\n  ${planOf(table, line)}\n`)
    await expect(plans.join('')).toMatchFileSnapshot(join(folder, 'plans.txt'))
  })
})

/** How a request is forwarded, where that is not as by default. */
function policyOf({ timeoutMs, retries, mirrors, delayMs }: ForwardPlan): string[] {
  return [
    ...(delayMs === undefined ? [] : [`after ${delayMs} ms`]),
    ...(timeoutMs === undefined ? [] : [`timeout ${timeoutMs} ms`]),
    ...(retries === defaultRetries ? [] : [`retries ${JSON.stringify(retries)}`]),
    ...mirrors.map(({ name }) => `mirror ${name}`),
  ]
}

function planOf(table: ReturnType<typeof openTable>, line: string): string {
  const [method, url, random = '0.5'] = line.split(' ')
  const { head } = readHead(webRequest(new Request(url!, { method: method! }), undefined), table)
  if (!head) return 'malformed'
  const plan = planRequest(table, head, () => Number(random))
  switch (plan.kind) {
    case 'forward':
      return [`${plan.routeName} → ${plan.cluster.name} ${plan.target}`, ...policyOf(plan)].join('\n    ')
    case 'answer':
      return `${plan.routeName ?? '-'} → ${plan.status} ${plan.location ?? ''}`.trimEnd()
    case 'refuse':
      return `${plan.routeName ?? '-'} → ${plan.status} ${plan.flag}`
    default:
      return plan satisfies never
  }
}
