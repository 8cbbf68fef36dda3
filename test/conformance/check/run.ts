#!/usr/bin/env node
// Holds what `check` says about a corpus of inputs against what is right: npm run conformance:check -- DIR… [--json]
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { closingLine } from '../report.ts'
import { isFailure, judgeCase } from './judge-case.ts'
import {
  classTable,
  describeFailure,
  describeWrongLine,
  jsonReport,
  ownMistakesLine,
  tally,
  tallyLines,
} from './report.ts'
import { readValidationCases } from './validation-case.ts'

const usage = `Usage: npm run conformance:check -- [DIR…] [options]

Judges every case below DIR (by default those of the project, and those of $CONFORMANCE_DIR/validation).

  --only NAME   only cases whose name has NAME in it
  --lines       also print the cases whose verdict is right and whose line is not
  --least N     how many of a hundred cases have to pass (default 100)
  --json        print one JSON object instead of text

Exit status: 0 as many passed as have to, 1 fewer, 2 wrong usage or nothing to judge
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  const { folders, only, tellsLines, leastPercent, isJson } = options
  const missing = folders.filter(folder => !existsSync(folder))
  const all = missing.length > 0 ? [] : await readValidationCases(folders)
  const cases = all.filter(({ name }) => name.includes(only))
  if (cases.length === 0) {
    process.stderr.write(`no case to judge below ${(missing.length > 0 ? missing : folders).join(', ')}\n`)
    return 2
  }
  const outcomes = cases.map(judgeCase)
  if (isJson) process.stdout.write(`${JSON.stringify(jsonReport(outcomes))}\n`)
  else {
    for (const outcome of outcomes) {
      if (isFailure(outcome)) process.stdout.write(`${describeFailure(outcome)}\n`)
      else if (tellsLines && outcome.isLineRight === false) process.stdout.write(`${describeWrongLine(outcome)}\n`)
    }
    const { right, wrong } = tallyLines(outcomes)
    process.stdout.write(`\n${classTable(outcomes)}\n\n${ownMistakesLine(outcomes)}\n`)
    process.stdout.write(`lines: ${right} right, ${wrong} wrong\n${closingLine(tally(outcomes))}\n`)
  }
  return tally(outcomes).passed * 100 >= outcomes.length * leastPercent ? 0 : 1
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string', default: '' },
        lines: { type: 'boolean', default: false },
        least: { type: 'string', default: '100' },
        json: { type: 'boolean', default: false },
      },
    })
    const leastPercent = Number(values.least)
    if (!(leastPercent >= 0 && leastPercent <= 100)) return '--least takes a number from 0 to 100'
    return {
      folders: positionals.length > 0 ? positionals : defaultFolders(),
      only: values.only,
      tellsLines: values.lines,
      leastPercent,
      isJson: values.json,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function defaultFolders(): string[] {
  const further = process.env.CONFORMANCE_DIR
  return [fileURLToPath(new URL('../validation', import.meta.url)), ...(further ? [`${further}/validation`] : [])]
}
