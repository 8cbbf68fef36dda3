import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { Pipeline } from '../../src/cli/folders/pipeline.ts'
import type { Terminal } from '../../src/cli/terminal/terminal.ts'
import type { World } from '../../src/cli/world.ts'
import { type Diagnostic, diagnose, isUnreadable } from '../../src/diagnostics/diagnostic.ts'

const codes = { unreadable: 'SB1001', unknownHost: 'IST0101', narrowGateway: 'IST0132', otherKind: 'SB1007' } as const

/**
 * A control plane without YAML: a file whose text holds one of the words of `codes` earns that diagnostic in its first
 * line, and the table is the text of all files. `explode` breaks an invariant.
 */
export const fakePipeline: Pipeline = {
  compileRoutes(files) {
    const texts = new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]))
    const diagnostics: Diagnostic[] = []
    for (const [file, text] of texts) {
      if (text.includes('explode')) throw new Error('invariant broken')
      for (const [word, code] of Object.entries(codes)) {
        const offset = text.indexOf(word)
        if (offset < 0) continue
        const start = { line: 1, column: offset + 1, offset }
        const end = { line: 1, column: offset + 1 + word.length, offset: offset + word.length }
        diagnostics.push(diagnose(code, { message: `found ${word}`, span: { file, start, end } }))
      }
    }
    const table = new TextEncoder().encode([...texts.values()].join(''))
    return { diagnostics, suppressed: [], texts, ...(isUnreadable(diagnostics) ? {} : { table }) }
  },
  readTableFacts: bytes => ({
    version: createHash('sha256').update(bytes).digest('hex'),
    virtualHostCount: 1,
    routeCount: 2,
    firstDomains: ['shop.example.com'],
  }),
  readListeners: () => [{ name: 'default', port: undefined, protocol: 'http' }],
}

/** A world that remembers what was said, in colourless text. */
export function fakeWorld(): World & { said(): { out: string; err: string } } {
  const { terminal, said } = fakeTerminal()
  return { terminal, said, pipeline: fakePipeline, env: {}, catchSignals: () => AbortSignal.abort() }
}

/** A terminal that remembers what was said. */
export function fakeTerminal(): { terminal: Terminal; said(): { out: string; err: string } } {
  const texts = { out: '', err: '' }
  const channel = (name: 'out' | 'err') => ({
    color: false,
    line(text: string) {
      texts[name] += text.endsWith('\n') ? text : `${text}\n`
    },
    async passOn(source: Readable) {
      for await (const chunk of source) texts[name] += chunk
    },
  })
  return { terminal: { out: channel('out'), err: channel('err') }, said: () => ({ ...texts }) }
}

/** A new folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
