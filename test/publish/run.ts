#!/usr/bin/env node
// Publishes to a real workerd with a real local KV, and lets everything go wrong: npm run test:publish -- [options]
import { parseArgs } from 'node:util'
import { playBadStart, playBadWeather } from './bad-weather.ts'
import { playKills } from './kills.ts'
import { playSelfHosted } from './self-hosted.ts'
import { type Stage, setStage } from './stage.ts'
import { playSwaps } from './swaps.ts'
import { playTiming } from './timing.ts'
import type { Verdict } from './verdict.ts'

const usage = `Usage: npm run test:publish -- [options]

  --parts a,b      swaps, weather, start, kills, folder, timing; all of them where it is left out
  --requests N     how many while versions are swapped (default 100000); the other parts make a share of it

Exit status: 0 all well, 1 not, 2 wrong usage
`

interface Part {
  readonly name: string
  readonly play: (stage: Stage, requests: number) => Promise<Verdict>
}

const parts: readonly Part[] = [
  { name: 'swaps', play: playSwaps },
  { name: 'weather', play: (stage, requests) => playBadWeather(stage, Math.ceil(requests / 20)) },
  { name: 'start', play: playBadStart },
  { name: 'kills', play: playKills },
  { name: 'folder', play: (stage, requests) => playSelfHosted(stage, Math.ceil(requests / 20)) },
  { name: 'timing', play: stage => playTiming(stage, 5) },
]

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  let isWell = true
  for (const part of options.parts) {
    const startedMs = performance.now()
    const { lines, faults } = await playPart(part, options.requests)
    for (const line of lines) process.stdout.write(`${line}\n`)
    for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`)
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    process.stdout.write(
      `${part.name}: ${faults.length === 0 ? 'well' : `${faults.length} faults`}, in ${seconds} s\n\n`,
    )
    isWell &&= faults.length === 0
  }
  return isWell ? 0 : 1
}

/** Each part has a stage of its own. */
async function playPart({ play }: Part, requests: number): Promise<Verdict> {
  const stage = await setStage()
  try {
    return await play(stage, requests)
  } catch (error) {
    return { lines: [], faults: [String((error as Error).stack)] }
  } finally {
    await stage.stop()
  }
}

interface Options {
  readonly parts: readonly Part[]
  readonly requests: number
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { parts: { type: 'string' }, requests: { type: 'string', default: '100000' } },
    })
    const requests = Number(values.requests)
    if (!Number.isInteger(requests) || requests < 1) return `not a number of requests: ${values.requests}`
    const names = values.parts?.split(',') ?? parts.map(({ name }) => name)
    const unknown = names.find(name => !parts.some(part => part.name === name))
    if (unknown !== undefined) return `no such part: ${unknown}`
    return { parts: parts.filter(({ name }) => names.includes(name)), requests }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
