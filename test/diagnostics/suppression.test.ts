import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'

/** A VirtualService with this text below `route:`, which is line 8 on. */
function routing(destinations: string, name = 'shop'): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}}
spec:
  hosts: [${name}.example.com]
  http:
    - route:
${destinations}
`
}

const unknown = '        - destination: {host: nowhere.internal}'

function judge(...texts: string[]) {
  const files = texts.map((text, index) => ({ path: `${index}.yaml`, bytes: new TextEncoder().encode(text) }))
  const { diagnostics, suppressed, table } = compileRoutes(files)
  return { said: diagnostics.map(short), unsaid: suppressed.map(short), diagnostics, suppressed, table }
}

/** `IST0101 8`: the code and the line. */
function short({ code, span }: Diagnostic): string {
  return `${code} ${span?.start.line}`
}

describe('a finding is suppressed', () => {
  const onItsLine = routing(`${unknown} # signalbox-ignore IST0101: later`)

  test.each([
    { title: 'on its own line', yaml: onItsLine },
    { title: 'on the line before it', yaml: routing(`        # signalbox-ignore IST0101: later\n${unknown}`) },
    {
      title: 'on the line before it, with other comments between',
      yaml: routing(`        # signalbox-ignore IST0101: later\n        # The other team makes it.\n${unknown}`),
    },
    { title: 'with other codes', yaml: routing(`${unknown} # signalbox-ignore IST0112, IST0101: later`) },
    { title: 'in small letters, without spaces', yaml: routing(`${unknown} #signalbox-ignore ist0101:later`) },
    { title: 'in a file with CRLF', yaml: onItsLine.replaceAll('\n', '\r\n') },
    { title: 'in a file with CR', yaml: onItsLine.replaceAll('\n', '\r') },
    { title: 'in a file with a byte order mark', yaml: `\ufeff${onItsLine}` },
    {
      title: 'in a flow mapping',
      yaml: routing(
        '        - destination: {\n            host: nowhere.internal, # signalbox-ignore IST0101: later\n          }',
      ),
    },
    {
      title: 'on the line before it in a flow mapping',
      yaml: routing(
        '        - destination: {\n            # signalbox-ignore IST0101: later\n            host: nowhere.internal }',
      ),
    },
    {
      title: 'in a later document',
      yaml: `${routing('', 'www').replace('route:', 'redirect: {uri: /}')}---\n${onItsLine}`,
    },
    {
      title: 'in the whole file',
      yaml: `%YAML 1.2\n# The shop.\n# signalbox-ignore-file IST0101: later\n---\n${routing(unknown)}`,
    },
  ])('$title', ({ yaml }) => {
    const { suppressed, diagnostics, table } = judge(yaml)
    expect(suppressed.map(({ code, suppression }) => [code, suppression.reason])).toEqual([['IST0101', 'later']])
    expect(diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect(table).toBeDefined()
  })
})

describe('a finding is said all the same', () => {
  test.each([
    { title: 'where the comment is for another code', yaml: `${unknown} # signalbox-ignore IST0173: later` },
    { title: 'two lines below the comment', yaml: `        # signalbox-ignore IST0101: later\n\n${unknown}` },
    {
      title: 'where the comment ends the line before it',
      yaml: `        - weight: 1 # signalbox-ignore IST0101: later\n          destination: {host: nowhere.internal}`,
    },
    {
      title: 'where the words stand in quotes',
      yaml: `${unknown.replace(/\}$/, ', port: {number: 1}}')}
          headers: {request: {set: {a: "# signalbox-ignore IST0101: later"}}}`,
    },
    {
      title: 'where the words stand in a block of text',
      yaml: `${unknown}\n          headers: {}\n      name: |\n        # signalbox-ignore IST0101: later`,
    },
    { title: 'where the comment gives no reason', yaml: `${unknown} # signalbox-ignore IST0101` },
    { title: 'where the reason is empty', yaml: `${unknown} # signalbox-ignore IST0101:  ` },
    { title: 'where a word stands before', yaml: `${unknown} # see signalbox-ignore IST0101: later` },
    {
      title: 'where a comment for the file is not at its top',
      yaml: `${unknown} # signalbox-ignore-file IST0101: later`,
    },
  ])('$title', ({ yaml }) => {
    const { said, unsaid } = judge(routing(yaml))
    expect(unsaid).toEqual([])
    expect(said.filter(each => each.startsWith('IST0101'))).toHaveLength(1)
  })

  test('in another file', () => {
    const { said } = judge(routing(unknown), `# signalbox-ignore-file IST0101: later\n${routing(unknown, 'www')}`)
    expect(said.filter(each => each.startsWith('IST0101'))).toEqual(['IST0101 8'])
  })
})

describe('a comment is told', () => {
  test.each([
    { title: 'without a reason', comment: 'signalbox-ignore IST0101', told: 'SB1012' },
    { title: 'without a code', comment: 'signalbox-ignore: later', told: 'SB1013' },
    { title: 'with a code that does not exist', comment: 'signalbox-ignore IST9999: later', told: 'SB1013' },
    { title: 'with a verb that does not exist', comment: 'signalbox-ignore-next IST0101: later', told: 'SB1013' },
    { title: 'for a file, below its top', comment: 'signalbox-ignore-file IST0101: later', told: 'SB1013' },
    { title: 'that suppresses nothing', comment: 'signalbox-ignore IST0173: later', told: 'SB1014' },
    { title: 'that is for another comment', comment: 'signalbox-ignore SB1014: later', told: 'SB1015' },
  ])('$title', ({ comment, told }) => {
    const { diagnostics } = judge(routing(`${unknown} # ${comment}`))
    const [finding] = diagnostics.filter(({ code }) => code.startsWith('SB10'))
    expect(finding?.code).toBe(told)
    expect(finding?.span?.start).toMatchObject({ line: 8, column: unknown.length + 2 })
  })

  test('with the code that was probably meant', () => {
    const { diagnostics } = judge(routing(`${unknown} # signalbox-ignore IST0110: later`))
    expect(diagnostics.find(({ code }) => code === 'SB1013')?.help).toMatch(/^did you mean IST01\d\d\?$/)
  })

  test('that suppresses one of its codes only, by the other', () => {
    const { said, unsaid } = judge(routing(`${unknown} # signalbox-ignore IST0101, IST0173: later`))
    expect({ said, unsaid }).toEqual({ said: ['SB1014 8'], unsaid: ['IST0101 8'] })
  })
})

describe('what makes a table impossible', () => {
  test.each([
    {
      title: 'a field that does not exist',
      yaml: '        - wieght: 1 # signalbox-ignore SB2001: later',
      code: 'SB2001',
    },
    { title: 'YAML that cannot be read', yaml: '        - { # signalbox-ignore SB1001: later', code: 'SB1001' },
  ])('cannot be suppressed: $title', ({ yaml, code }) => {
    const { said, unsaid, table } = judge(routing(yaml))
    expect(said).toEqual(expect.arrayContaining([`${code} 8`, 'SB1015 8']))
    expect(unsaid).toEqual([])
    expect(table).toBeUndefined()
  })

  test('keeps comments from being called idle: analyzers have not seen all', () => {
    const { said } = judge(routing(`${unknown} # signalbox-ignore IST0173: later\n          wieght: 1`))
    expect(said.filter(each => each.startsWith('SB1014'))).toEqual([])
  })
})
