#!/usr/bin/env node
// Runs recordings of real Istio and Envoy against `signalbox serve`: npm run conformance -- DIR… [options]
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readDeviations } from './deviations.ts'
import { endGateways } from './gateway-process.ts'
import { type Origins, startOrigins } from './origins.ts'
import { type Bundle, type Kind, kinds, readBundles } from './recording.ts'
import { closingLine, describeFailure, featureTable, isFailure, jsonReport, staleDeviations, tally } from './report.ts'
import { type Outcome, runBundle, selectedCases } from './run-bundles.ts'
import { runtimes } from './runtime.ts'

const usage = `Usage: npm run conformance -- [DIR…] [options]

Runs every bundle of recordings below DIR (by default those of the project, and those of $CONFORMANCE_DIR/routing).

  --runtime workerd      what the gateway runs on
  --kinds http,tls       only these kinds of cases: http, https, tls, tcp
  --only NAME            only bundles whose name has NAME in it
  --features a,b         only bundles with one of these features
  --apart a,b            count bundles with one of these features apart: what they fail does not fail the run
  --json                 print one JSON object instead of text

Exit status: 0 all passed, 1 some failed, 2 wrong usage or nothing to run
`

const waitForPortsMs = 300_000

for (const [signal, status] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.once(signal, () => {
    endGateways()
    process.exit(status)
  })
}
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  const { folders, selection, apart, runtime, isJson } = options
  const bundles = withoutDoubles(await readBundles(folders))
  const chosen = bundles.map(bundle => ({ bundle, cases: selectedCases(bundle, selection) }))
  if (chosen.every(({ cases }) => cases.length === 0)) {
    process.stderr.write(`no case to run below ${folders.join(', ')}\n`)
    return 2
  }
  const deviations = await readDeviations()
  const outcomes: Outcome[] = []
  const origins = await originsWhenFree()
  const onOutcome = (outcome: Outcome) => {
    outcomes.push(outcome)
    if (!isJson && isFailure(outcome)) process.stdout.write(`${describeFailure(outcome)}\n`)
  }
  try {
    for (const { bundle, cases } of chosen) {
      if (cases.length > 0) await runBundle(bundle, cases, { runtime, deviations, origins, onOutcome })
    }
  } finally {
    await origins.close()
  }
  if (isJson) {
    process.stdout.write(`${JSON.stringify(jsonReport(outcomes, deviations))}\n`)
  } else {
    const table = featureTable(outcomes)
    if (table !== '') process.stdout.write(`\n${table}\n\n`)
    for (const id of staleDeviations(deviations, outcomes)) process.stdout.write(`stale deviation: ${id}\n`)
    const isApart = ({ features }: Outcome) => features.some(feature => apart.includes(feature))
    const counted = outcomes.filter(outcome => !isApart(outcome))
    if (counted.length < outcomes.length) {
      process.stdout.write(`apart (${apart.join(', ')}): ${closingLine(tally(outcomes.filter(isApart)))}\n`)
    }
    process.stdout.write(`${closingLine(tally(counted))}\n`)
    return counted.some(isFailure) ? 1 : 0
  }
  return outcomes.some(isFailure) ? 1 : 0
}

/** Folders may hold the same recording: it is played once. */
function withoutDoubles(bundles: readonly Bundle[]): Bundle[] {
  return [...new Map(bundles.map(bundle => [bundle.name, bundle])).values()]
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runtime: { type: 'string', default: 'workerd' },
        kinds: { type: 'string', default: kinds.join(',') },
        only: { type: 'string' },
        features: { type: 'string' },
        apart: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const runtime = runtimes[values.runtime]
    if (!runtime) return `unknown runtime: ${values.runtime} (there is ${Object.keys(runtimes).join(', ')})`
    const wanted = values.kinds.split(',')
    const unknown = wanted.find(kind => !kinds.includes(kind as Kind))
    if (unknown !== undefined) return `unknown kind: ${unknown} (there is ${kinds.join(', ')})`
    const features = values.features?.split(',') ?? []
    return {
      folders: positionals.length > 0 ? positionals : defaultFolders(),
      runtime,
      selection: { kinds: wanted as Kind[], only: values.only, features },
      apart: values.apart?.split(',') ?? [],
      isJson: values.json,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function defaultFolders(): string[] {
  const further = process.env.CONFORMANCE_DIR
  return [fileURLToPath(new URL('./routing', import.meta.url)), ...(further ? [`${further}/routing`] : [])]
}

/** The recordings name fixed ports, so that only one run at a time can have them: another one waits for its end. */
async function originsWhenFree(): Promise<Origins> {
  const endMs = performance.now() + waitForPortsMs
  for (let isTold = false; ; isTold = true) {
    try {
      return await startOrigins()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || performance.now() > endMs) throw error
      if (!isTold) process.stderr.write('the ports of the origins are in use; waiting for them\n')
      await pause(500)
    }
  }
}
