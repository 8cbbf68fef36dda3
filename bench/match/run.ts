#!/usr/bin/env node
// Measures decisions beside other routers, a bare tree and a walk: npm run bench:match -- [options]
import { parseArgs } from 'node:util'
import { measureAll, type Row } from './measure.ts'
import { renderRow, renderTargets, targetsOf } from './report.ts'

const usage = `Usage: npm run bench:match -- [options]

  --sizes a,b        numbers of rules (default 10,1000,10000,100000,1000000)
  --shape TEXT       only shapes with TEXT in their name
  --contender TEXT   only contenders with TEXT in their name
  --runs N           runs in turns (default 5)
  --ms N             of each run (default 200)
  --json             print one JSON object instead of text

Exit status: 0 every target reached, 1 not, 2 wrong usage
`

process.exitCode = main(process.argv.slice(2))

function main(args: readonly string[]): number {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  const { isJson, ...measured } = options
  const onRow = (row: Row) => void (isJson || process.stdout.write(`${renderRow(row)}\n`))
  const rows = measureAll({ ...measured, onRow })
  const targets = targetsOf(rows)
  process.stdout.write(
    isJson ? `${JSON.stringify({ node: process.version, rows, targets })}\n` : renderTargets(targets),
  )
  return targets.every(({ isReached }) => isReached) ? 0 : 1
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sizes: { type: 'string', default: '10,1000,10000,100000,1000000' },
        shape: { type: 'string', default: '' },
        contender: { type: 'string', default: '' },
        runs: { type: 'string', default: '5' },
        ms: { type: 'string', default: '200' },
        json: { type: 'boolean', default: false },
      },
    })
    const sizes = values.sizes.split(',').map(Number)
    const [runs, runMs] = [Number(values.runs), Number(values.ms)]
    if (!sizes.every(size => Number.isInteger(size) && size > 0)) return '--sizes takes whole numbers above 0'
    if (!(Number.isInteger(runs) && runs > 0 && runMs > 0)) return '--runs and --ms take numbers above 0'
    return { sizes, runs, runMs, shape: values.shape, contender: values.contender, isJson: values.json }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
