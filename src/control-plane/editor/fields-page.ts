import { catalogue, type DiagnosticCode } from '../../diagnostics/catalogue.ts'
import { type ManifestType, manifestOf, manifestTypes } from '../config/api-groups.ts'
import { typeName } from '../config/resource-type.ts'
import { type Place, placeOfSchema, stepInto } from '../config/schema/message.ts'
import { verdictWords } from '../effects/effect-words.ts'
import {
  type ByTarget,
  type Effects,
  fieldEffects,
  isVerdict,
  type Verdict,
  verdictOn,
} from '../effects/field-effects.ts'
import { type Target, targetNames, targets } from '../effects/target.ts'

/** Every field of every kind and what it does on each target, as Markdown: `docs/istio-fields.md`. */
export function fieldsPage(): string {
  const sections = manifestTypes.map(type => `## ${type.kind}\n\n${tablesOf(type)}`)
  return `${introduction}\n${sections.join('\n')}`
}

const introduction = `# Every field of Istio's traffic API, and what it does here

Each field below is read and checked. One that **works** does what it does in Istio, with all fields below
it. **Adapted** is the same intent by other means. \`signalbox check --target ${targets.join('|')}\` names what is
**not possible** on the platform (${told('SB6004')}), and what
has **not yet** an effect (${told('SB6001')}). What is **refused** is a
guard that cannot be enforced (${told('SB6002')}), and admits nobody.
\`[]\` is every item of a list, \`*\` every key of a map.

Workers is Cloudflare; workerd, Deno and Node are \`signalbox serve\` with that \`--runtime\`. Fields that the targets differ
in have a separate table below the others of their kind.
`

/** How `check` says it: the code and its severity. */
function told(code: DiagnosticCode): string {
  const { severity } = catalogue[code]
  return `[${code}](diagnostics/${code}.md), ${/^[aeiou]/.test(severity) ? 'an' : 'a'} ${severity}`
}

interface Field {
  readonly path: string
  readonly effect: Verdict | ByTarget | undefined
}

function tablesOf(type: ManifestType): string {
  const spec = stepInto(placeOfSchema(manifestOf(type)), 'spec')
  const fields = fieldsBelow(spec, fieldEffects[typeName(type)], '')
  const differing = fields.filter(({ effect }) => effect?.verdict === 'by-target')
  const alike = fields.filter(field => !differing.includes(field))
  const columns = alikeTargets(differing)
  const tables = [
    tableOf(['field', 'here'], alike, ({ effect }) => [verdictWords(verdictOn('workers', effect)).cell]),
    ...(differing.length === 0
      ? []
      : [
          tableOf(
            ['field', ...columns.map(each => each.map(target => targetNames[target]).join(', '))],
            differing,
            ({ effect }) => columns.map(([target]) => verdictWords(verdictOn(target!, effect)).cell),
          ),
        ]),
  ]
  return tables.join('\n')
}

/** The targets, those together that differ in none of these fields. */
function alikeTargets(fields: readonly Field[]): readonly (readonly Target[])[] {
  const verdictsOf = (target: Target) =>
    JSON.stringify(fields.map(({ effect }) => verdictWords(verdictOn(target, effect)).cell))
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
