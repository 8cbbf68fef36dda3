import type { SourceFile } from '../../src/control-plane/config/yaml/source-file.ts'

/** What the page of a code shows. */
export interface PageExamples {
  readonly title: string
  readonly bad: readonly SourceFile[]
  readonly good: readonly SourceFile[]
  /** Other codes that the bad example earns, as the page says. */
  readonly besides: readonly string[]
}

/**
 * The examples of a page: the YAML below `## Bad` and `## Good`. A file is called `routes.yaml` unless a line such as
 * `mesh.yaml`: stands before it. Behind `yaml`, a block may say `bytes` (each \xHH is a byte), `long` (LONG stands for
 * 200,000 letters) or `times=N` (the file is the block so many times).
 */
export function pageExamples(markdown: string): PageExamples {
  const [, title = ''] = /^# (.+)$/m.exec(markdown) ?? []
  const [, bad = '', good = ''] = markdown.split(/^## (?:Bad|Good)$/m)
  const besides = /^Also found: (.+)\.$/m.exec(bad)?.[1]?.split(', ') ?? []
  return { title, bad: filesIn(bad), good: filesIn(good), besides }
}

function filesIn(section: string): SourceFile[] {
  const blocks = section.matchAll(/(?:^`([\w./-]+)`:\n\n)?^```yaml([^\n]*)\n([\s\S]*?)^```$/gm)
  return [...blocks].map(([, path = 'routes.yaml', options = '', text = '']) => ({
    path,
    bytes: options.includes('bytes') ? bytesOf(text) : textOf(text, options),
  }))
}

function textOf(text: string, options: string): Uint8Array {
  const times = Number(/times=(\d+)/.exec(options)?.[1] ?? 1)
  const whole = options.includes('long') ? text.replace('LONG', 'x'.repeat(200_000)) : text
  return new TextEncoder().encode(whole.repeat(times))
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(
    text.split(/\\x([0-9a-f]{2})/).flatMap((part, index) => {
      return index % 2 === 1 ? [Number.parseInt(part, 16)] : [...new TextEncoder().encode(part)]
    }),
  )
}
