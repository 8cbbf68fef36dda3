import { expect, test } from 'vitest'
import {
  type ByTarget,
  type Effects,
  fieldEffects,
  isVerdict,
  meshEffects,
  type Verdict,
  verdictOn,
} from '../../../src/control-plane/analysis/field-effects.ts'
import { type Target, targetNames, targets } from '../../../src/control-plane/analysis/target.ts'
import { type ManifestKind, manifestKinds, manifests } from '../../../src/control-plane/config/istio/manifest.ts'
import { meshConfig } from '../../../src/control-plane/config/istio/mesh-config.ts'
import { type Place, placeOfSchema, stepInto } from '../../../src/control-plane/config/schema/message.ts'

/**
 * docs/istio-fields.md is what the schemas and the table of effects say: neither can change without it. `vitest -u`
 * writes it anew.
 */
test('the page of fields says what the code does', async () => {
  const sections = manifestKinds.map(kind => `## ${kind}\n\n${tablesOf(kind)}`)
  await expect(`${introduction}\n${sections.join('\n')}`).toMatchFileSnapshot('../../../docs/istio-fields.md')
})

const introduction = `# Every field of Istio's traffic API, and what it does here

Each field below is read, checked and kept. One that **works** does what it does in Istio, with all that stands below
it. **Adapted** is the same intent by other means. What is **not possible** on the platform, or has **not yet** an
effect, is named by \`signalbox check --target workers|workerd|deno|node\`: the one as an info, the other as a warning.
What is **refused** is a guard that cannot be enforced: \`check\` makes it an error, and nobody gets in by what it guards.
\`[]\` is every item of a list, \`*\` every key of a map.

Workers is Cloudflare; workerd, Deno and Node are \`signalbox serve\` with that \`--runtime\`. Fields that the targets differ
in stand in a table of their own behind the others of their kind.
`

interface Field {
  readonly path: string
  readonly effect: Verdict | ByTarget | undefined
}

function words(verdict: Verdict | undefined): string {
  switch (verdict?.verdict) {
    case undefined:
      return 'not yet'
    case 'works':
      return 'works'
    case 'adapted':
      return `adapted: ${verdict.how}`
    case 'impossible':
      return `not possible: ${verdict.why}`
    case 'refused':
      return `refused: ${verdict.why}`
    default:
      return verdict satisfies never
  }
}

function tablesOf(kind: ManifestKind): string {
  const spec = stepInto(placeOfSchema(manifests[kind]), 'spec')
  const fields = fieldsBelow(spec, fieldEffects[kind], '')
  expect(fields.length).toBeGreaterThan(3)
  const differing = fields.filter(({ effect }) => effect?.verdict === 'by-target')
  const alike = fields.filter(field => !differing.includes(field))
  const columns = alikeTargets(differing)
  const tables = [
    tableOf(['field', 'here'], alike, ({ effect }) => [words(verdictOn('workers', effect))]),
    ...(differing.length === 0
      ? []
      : [
          tableOf(
            ['field', ...columns.map(each => each.map(target => targetNames[target]).join(', '))],
            differing,
            ({ effect }) => columns.map(([target]) => words(verdictOn(target!, effect))),
          ),
        ]),
  ]
  return tables.join('\n')
}

/** The targets, those together that differ in none of these fields. */
function alikeTargets(fields: readonly Field[]): readonly (readonly Target[])[] {
  const verdictsOf = (target: Target) => JSON.stringify(fields.map(({ effect }) => words(verdictOn(target, effect))))
  return [...Map.groupBy(targets, verdictsOf).values()]
}

function tableOf(head: readonly string[], fields: readonly Field[], cellsOf: (field: Field) => readonly string[]) {
  const rows = fields.map(field => [`\`${field.path}\``, ...cellsOf(field)])
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |\n`).join('')
}

/** The fields of a message, as deep as the table of effects tells them apart. */
function fieldsBelow(place: Place | undefined, known: Effects, path: string): Field[] {
  switch (place?.kind) {
    case undefined:
      return []
    case 'list':
      return fieldsBelow(placeOfSchema(place.item), below(known), `${path}[]`)
    case 'map':
      return fieldsBelow(placeOfSchema(place.value), below(known), `${path}.*`)
    case 'message':
      return Object.keys(place.fields).flatMap(name => {
        const full = path === '' ? name : `${path}.${name}`
        const effect = Object.hasOwn(known, name) ? known[name] : undefined
        if (effect === undefined || isVerdict(effect)) return [{ path: full, effect }]
        return fieldsBelow(stepInto(place, name), effect, full)
      })
    default:
      return place satisfies never
  }
}

function below(known: Effects): Effects {
  const items = known['*']
  return items === undefined || isVerdict(items) ? {} : items
}

test('every field that a verdict is given on is a field', () => {
  for (const kind of manifestKinds) {
    const spec = stepInto(placeOfSchema(manifests[kind]), 'spec')
    expect(unknownIn(spec, fieldEffects[kind], kind)).toEqual([])
  }
  expect(unknownIn(placeOfSchema(meshConfig), meshEffects, 'MeshConfig')).toEqual([])
})

/** The paths in a table of effects that no schema has. */
function unknownIn(place: Place | undefined, known: Effects, path: string): string[] {
  return Object.entries(known).flatMap(([name, effect]) => {
    const full = `${path}.${name}`
    const step = name === '*' ? 0 : name
    const isField =
      name === '*' ? place?.kind !== 'message' : place?.kind === 'message' && Object.hasOwn(place.fields, name)
    if (!isField) return [full]
    return isVerdict(effect) ? [] : unknownIn(stepInto(place, step), effect, full)
  })
}
