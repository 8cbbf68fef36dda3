import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

/** What is told of the policies of `a.internal`, which has three endpoints, one of them of version v2. */
function told(spec: string, entry = serviceEntry('a.internal', 'one v1', 'two v1', 'three v2')): string[] {
  const rule = resource('DestinationRule', 'a', `  host: a.internal\n${spec}`)
  const files = sourceFiles({ 'a.yaml': documents(rule, entry) })
  return compileRoutes(files)
    .diagnostics.filter(({ code }) => code === 'SB6017' || code === 'SB6018')
    .map(({ code, path, message, help }) => `${code} ${path}: ${message}; ${help}`)
}

const outlier = (more = '') => `outlierDetection: { interval: 1s${more} }`
const nobody = 'outlier detection never ejects an endpoint'

describe('outlier detection that never ejects an endpoint is reported', () => {
  test.each<{ title: string; spec: string; says: string[] }>([
    {
      title: 'by default, without a limit of how many may be out',
      spec: `  trafficPolicy: { ${outlier()} }`,
      says: [
        `SB6017 spec.trafficPolicy.outlierDetection: ${nobody}: one of 3 endpoints is more than 10 %; write \`maxEjectionPercent: 34\` or more`,
      ],
    },
    {
      title: 'of a port',
      spec: `  trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, ${outlier(', maxEjectionPercent: 33')} }] }`,
      says: [
        `SB6017 spec.trafficPolicy.portLevelSettings[0].outlierDetection: ${nobody}: one of 3 endpoints is more than 33 %; write \`maxEjectionPercent: 34\` or more`,
      ],
    },
    {
      title: 'of a subset, by its own endpoints',
      spec: `  subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { ${outlier(', maxEjectionPercent: 50')} } }, { name: v2, labels: { version: v2 }, trafficPolicy: { ${outlier(', maxEjectionPercent: 50')} } }]`,
      says: [
        `SB6017 spec.subsets[1].trafficPolicy.outlierDetection: ${nobody}: the only endpoint is more than 50 %; write \`maxEjectionPercent: 100\` or more`,
      ],
    },
    {
      title: 'and nothing where one of them may be out',
      spec: `  trafficPolicy: { ${outlier(', maxEjectionPercent: 34')} }`,
      says: [],
    },
  ])('$title', ({ spec, says }) => {
    expect(told(spec)).toEqual(says)
  })

  test('but not where nobody knows the endpoints', () => {
    expect(told(`  trafficPolicy: { ${outlier()} }`, serviceEntry('b.internal'))).toEqual([])
  })
})

test.each([
  { title: 'alone', pool: 'http: { http1MaxPendingRequests: 1 }', isTold: true },
  {
    title: 'with 0 connections, which is no limit',
    pool: 'tcp: { maxConnections: 0 }, http: { http1MaxPendingRequests: 1 }',
    isTold: true,
  },
  {
    title: 'with a limit of connections',
    pool: 'tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 }',
    isTold: false,
  },
  { title: 'of 0, which is none', pool: 'http: { http1MaxPendingRequests: 0 }', isTold: false },
])('a limit of pending requests that limits nothing is told: $title', ({ pool, isTold }) => {
  const found = told(`  trafficPolicy: { connectionPool: { ${pool} } }`)
  expect(found.map(text => text.split(':')[0])).toEqual(
    isTold ? ['SB6018 spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests'] : [],
  )
})
