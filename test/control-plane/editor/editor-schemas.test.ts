import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { manifestTypes } from '../../../src/control-plane/config/api-groups.ts'
import { manifests } from '../../../src/control-plane/config/istio/manifest.ts'
import { meshConfig } from '../../../src/control-plane/config/istio/mesh-config.ts'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { type Place, placeOfSchema, stepInto } from '../../../src/control-plane/config/schema/message.ts'
import type { SourceFile } from '../../../src/control-plane/config/yaml/source-file.ts'
import { editorSchemas } from '../../../src/control-plane/editor/editor-schemas.ts'
import { fieldWords } from '../../../src/control-plane/editor/field-words.ts'
import type { JsonSchema } from '../../../src/control-plane/editor/json-schema.ts'
import type { targets } from '../../../src/control-plane/effects/target.ts'
import { catalogue } from '../../../src/diagnostics/catalogue.ts'
import { pageExamples } from '../../diagnostics/page-examples.ts'
import { withRules, withSpec } from '../config/read-yaml.ts'

const root = join(import.meta.dirname, '../../..')
const schemas = editorSchemas()

/** The validator of a schema; it also holds the schema to what JSON Schema is. */
function validatorOf(schema: JsonSchema) {
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false })
  for (const forEditors of ['deprecationMessage', 'patternErrorMessage']) ajv.addKeyword(forEditors)
  return ajv.compile(schema)
}

const isRoutes = validatorOf(schemas.get('routes.schema.json')!)
type ManifestKind = (typeof manifestTypes)[number]['kind']
const manifestKinds = manifestTypes.map(({ kind }) => kind)

const isKind = Object.fromEntries(manifestKinds.map(kind => [kind, validatorOf(schemas.get(fileOf(kind))!)])) as Record<
  ManifestKind,
  ReturnType<typeof validatorOf>
>

function fileOf(kind: ManifestKind): string {
  return `${kind.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()}.schema.json`
}

/** What the schemas say against a text: the paths in its documents, or nothing. The schema of a kind says the same. */
function faultsIn(yaml: string): string[] {
  return parseAllDocuments(yaml, { merge: true }).flatMap(document => {
    const data = document.toJS()
    const isOfKind = isKind[data?.kind as ManifestKind]
    const isRight = isRoutes(data)
    if (isOfKind && String(data.apiVersion).startsWith('networking.istio.io/')) expect(isOfKind(data)).toBe(isRight)
    return isRight ? [] : [isRoutes.errors![0]!.instancePath]
  })
}

describe('the schemas in schemas/', () => {
  test('are one for each kind, and one for all', () => {
    expect([...schemas.keys()]).toEqual([...manifestKinds.map(fileOf), 'routes.schema.json'])
  })

  // `vitest --update` writes them anew, and so does `signalbox schema`.
  test.each([...schemas])('are current: %s', async (file, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(root, 'schemas', file))
  })
})

describe('what check takes, an editor takes', () => {
  const pages = Object.keys(catalogue).map(code => join(root, 'docs/diagnostics', `${code}.md`))
  const files = [
    ...yamlFilesIn(join(root, 'routes')),
    ...yamlFilesIn(join(root, 'test/golden')),
    ...pages
      .filter(existsSync)
      .flatMap(page =>
        pageExamples(readFileSync(page, 'utf8')).good.map(file => ({ ...file, path: `${page} ${file.path}` })),
      ),
  ]
  const sound = files.filter(file => readConfig([file]).diagnostics.length === 0)

  test.each(sound)('$path', ({ bytes }) => {
    expect(faultsIn(new TextDecoder().decode(bytes))).toEqual([])
  })
})

function yamlFilesIn(folder: string): (SourceFile & { readonly isMesh: boolean })[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.ya?ml$/.test(path))
    .map(path => ({ path, bytes: readFileSync(join(folder, path)), isMesh: path.endsWith('mesh.yaml') }))
}

const rule = (text: string) => withRules(`  - redirect: {authority: a.b}\n    ${text}`)

test.each([
  { title: 'a field that does not exist', yaml: rule('timeuot: 5s'), at: '/spec/http/0' },
  { title: 'a field of another level', yaml: rule('weight: 5'), at: '/spec/http/0' },
  {
    title: 'a field of the metadata that does not exist',
    yaml: rule('').replace('{name', '{nmae: x, name'),
    at: '/metadata',
  },
  { title: 'a number where text is wanted', yaml: rule('name: 5'), at: '/spec/http/0/name' },
  {
    title: 'a text where a list is wanted',
    yaml: withSpec('VirtualService', '  hosts: a.b\n  http: []'),
    at: '/spec/hosts',
  },
  { title: 'a duration without a unit', yaml: rule('timeout: "5"'), at: '/spec/http/0/timeout' },
  { title: 'a port that does not exist', yaml: rule('match: [{port: 70000}]'), at: '/spec/http/0/match/0/port' },
  {
    title: 'a percentage above 100',
    yaml: rule('mirrorPercentage: {value: 101}'),
    at: '/spec/http/0/mirrorPercentage/value',
  },
  {
    title: 'a status that is no redirect',
    yaml: rule('').replace('a.b}', 'a.b, redirectCode: 304}'),
    at: '/spec/http/0/redirect/redirectCode',
  },
  {
    title: 'a value that an enum does not have',
    yaml: rule('corsPolicy: {unmatchedPreflights: DROP}'),
    at: '/spec/http/0/corsPolicy/unmatchedPreflights',
  },
  {
    title: 'a method that does not exist',
    yaml: rule('corsPolicy: {allowMethods: [get]}'),
    at: '/spec/http/0/corsPolicy/allowMethods/0',
  },
  { title: 'a rule that does nothing', yaml: withRules('  - name: a'), at: '/spec/http/0' },
  { title: 'a match of nothing', yaml: rule('match: [{uri: {}}]'), at: '/spec/http/0/match/0/uri' },
  { title: 'a ServiceEntry without hosts', yaml: withSpec('ServiceEntry', '  ports: []'), at: '/spec' },
  {
    title: 'an endpoint without an address',
    yaml: withSpec('ServiceEntry', '  hosts: [a.b]\n  ports: [{number: 1}]'),
    at: '/spec/ports/0',
  },
  {
    title: 'a protocol that does not exist',
    yaml: withSpec('Gateway', '  servers: [{hosts: ["*"], port: {number: 80, name: a, protocol: HTPP}}]'),
    at: '/spec/servers/0/port/protocol',
  },
  { title: 'a version that does not exist', yaml: rule('').replace('io/v1', 'io/v2'), at: '/apiVersion' },
  { title: 'a resource without a name', yaml: rule('').replace('{name: shop}', '{}'), at: '/metadata' },
  { title: 'a field of the mesh settings that does not exist', yaml: 'pathNormalisation: {}', at: '' },
])('an editor marks $title', ({ yaml, at }) => {
  expect(faultsIn(yaml)).toEqual([at])
})

test.each([
  {
    title: 'a protocol in small letters',
    yaml: withSpec('ServiceEntry', '  hosts: [a.b]\n  ports: [{number: 1, name: a, protocol: https}]'),
  },
  { title: 'an endpoint with a network instead of an address', yaml: withSpec('WorkloadEntry', '  network: other') },
  { title: 'mesh settings', yaml: 'pathNormalization: {normalization: NONE}\ndefaultConfig: {concurrency: 2}' },
  {
    title: 'a resource of another group',
    yaml: 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nspec: {x: 1}',
  },
  {
    title: 'a list of resources',
    yaml: `apiVersion: v1\nkind: List\nitems:\n- ${rule('').trimEnd().replaceAll('\n', '\n  ')}`,
  },
  { title: 'nothing but comments', yaml: '# nothing' },
])('an editor takes $title', ({ yaml }) => {
  expect(faultsIn(yaml)).toEqual([])
})

describe('a description', () => {
  const timeout = ['properties', 'spec', 'properties', 'http', 'items', 'properties', 'timeout', 'description']
  const bind = ['properties', 'spec', 'properties', 'servers', 'items', 'properties', 'bind', 'description']
  const at = (file: string, path: readonly string[], target?: (typeof targets)[number]) =>
    path.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], editorSchemas(target).get(file))

  test('says what a field is and what it does at the edge', () => {
    expect(at('virtual-service.schema.json', timeout)).toMatch(/^How long .*\n\nWorks as in Istio\.$/)
  })

  test('tells the targets apart where they differ', () => {
    expect(at('gateway.schema.json', bind)).toMatch(/\n\nOn Workers: not possible: .*\nOn workerd, Deno, Node: /)
  })

  test('tells of one target alone on demand', () => {
    const text = at('gateway.schema.json', bind, 'workers')
    expect(text).toMatch(/\n\nOn Workers: not possible: /)
    expect(text).not.toContain('Deno')
  })
})

/** Every message of the API with its fields, once. */
function messages(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const visit = (place: Place | undefined): void => {
    if (place?.kind === 'list') visit(placeOfSchema(place.item))
    if (place?.kind === 'map') visit(placeOfSchema(place.value))
    if (place?.kind !== 'message') return
    const fields = Object.keys(place.fields)
    found.set(place.name, new Set([...(found.get(place.name) ?? []), ...fields]))
    for (const field of fields) visit(stepInto(place, field))
  }
  for (const schema of [...Object.values(manifests), meshConfig]) visit(placeOfSchema(schema))
  return found
}

describe('the words about fields', () => {
  const known = messages()

  test('are there for every field', () => {
    const without = [...known].flatMap(([name, fields]) =>
      // Most of MeshConfig is taken as it stands, and does nothing here.
      [...fields]
        .filter(field => name !== 'MeshConfig' && fieldWords[name]?.[field] === undefined)
        .map(field => `${name}.${field}`),
    )
    // What stands around a spec is described with the schema.
    expect(without.filter(path => !/\.(?:apiVersion|kind)$/.test(path))).toEqual([])
  })

  test('are about fields that exist', () => {
    const unknown = Object.entries(fieldWords).flatMap(([name, fields]) =>
      Object.keys(fields)
        .filter(field => !known.get(name)?.has(field))
        .map(field => `${name}.${field}`),
    )
    expect(unknown).toEqual([])
  })
})

// What Istio's API marks as deprecated.
test.each([
  { field: 'mirrorPercent', instead: 'Write `mirrorPercentage: {value: …}`.' },
  { field: 'percent', instead: 'Write `percentage: {value: …}`.' },
  { field: 'allowOrigin', instead: 'Write `allowOrigins`, each as `exact`, `prefix` or `regex`.' },
  { field: 'warmupDurationSecs', instead: 'Write `warmup: {duration: …}`.' },
  { field: 'minimumRingSize', instead: 'Write `ringHash: {minimumRingSize: …}`.' },
  { field: 'consecutiveErrors', instead: 'Write `consecutive5xxErrors` or `consecutiveGatewayErrors`.' },
  { field: 'targetPort', instead: 'Remove it: it has no effect on a Gateway.' },
])('the deprecated field $field is said to be', ({ field, instead }) => {
  const text = JSON.stringify(schemas.get('routes.schema.json'))
  const [, ...places] = text.split(`"${field}":{"description":`)
  const said = places.map(place => /^"[^"]*",("deprecated":true,"deprecationMessage":"[^"]*")/.exec(place)?.[1])
  expect(said).toContain(`"deprecated":true,"deprecationMessage":${JSON.stringify(instead)}`)
})

describe('the shipped routes', () => {
  const settings = JSON.parse(readFileSync(join(root, '.vscode/settings.json'), 'utf8'))

  test.each(yamlFilesIn(join(root, 'routes')))('name their schema: $path', ({ path, bytes }) => {
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(new TextDecoder().decode(bytes)) ?? []
    expect(join(root, 'routes', dirname(path), schema!)).toBe(join(root, 'schemas/routes.schema.json'))
  })

  test('have it in the settings of the editor, too', () => {
    expect(settings['yaml.schemas']).toEqual({
      './schemas/routes.schema.json': ['routes/**/*.yaml', 'routes/**/*.yml'],
    })
  })
})
