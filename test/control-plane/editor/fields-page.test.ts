import { expect, test } from 'vitest'
import { manifestTypes } from '../../../src/control-plane/config/api-groups.ts'
import { fieldsPage } from '../../../src/control-plane/editor/fields-page.ts'
import { catalogue } from '../../../src/diagnostics/catalogue.ts'

const page = fieldsPage()

// `vitest --update` writes it anew.
test('docs/istio-fields.md is what the schemas and the table of effects say', async () => {
  await expect(page).toMatchFileSnapshot('../../../docs/istio-fields.md')
})

test('every kind has a table', () => {
  const sections = page.split(/^## /m).slice(1)
  expect(sections.map(section => section.split('\n')[0])).toEqual(manifestTypes.map(({ kind }) => kind))
  for (const section of sections) expect(section.match(/^\| `/gm)?.length).toBeGreaterThan(3)
})

test('a verdict that check tells is said with the severity of the catalogue', () => {
  for (const code of ['SB6001', 'SB6002', 'SB6004'] as const) {
    expect(page).toMatch(new RegExp(`\\[${code}\\]\\(diagnostics/${code}\\.md\\), an? ${catalogue[code].severity}\\b`))
  }
})
