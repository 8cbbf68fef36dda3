import { describe, expect, test } from 'vitest'
import { readYaml, summaries, summary, withSpec } from './read-yaml.ts'

const entry = (apiVersion: string, kind: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: vm}\nspec: {address: 10.0.0.1}\n`

describe('apiVersion and kind', () => {
  test.each(['networking.istio.io/v1', 'networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'])(
    '%s is read',
    version => {
      expect(readYaml(entry(version, 'WorkloadEntry')).config.workloadEntries).toHaveLength(1)
    },
  )

  test.each([
    {
      apiVersion: 'networking.istio.io/v2',
      kind: 'WorkloadEntry',
      expected: 'SB1008 1:13 apiVersion',
      meant: 'networking.istio.io/v1',
    },
    {
      apiVersion: 'networking.istio.io/v1alpha1',
      kind: 'WorkloadEntry',
      expected: 'SB1008 1:13 apiVersion',
      meant: 'networking.istio.io/v1',
    },
    {
      apiVersion: 'networking.itsio.io/v1beta1',
      kind: 'WorkloadEntry',
      expected: 'SB1008 1:13 apiVersion',
      meant: 'networking.istio.io/v1beta1',
    },
    { apiVersion: 'v1', kind: 'VirtualService', expected: 'SB1008 1:13 apiVersion', meant: 'networking.istio.io/v1' },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualServices',
      expected: 'SB1008 2:7 kind',
      meant: 'VirtualService',
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'virtualservice',
      expected: 'SB1008 2:7 kind',
      meant: 'VirtualService',
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinatonRule',
      expected: 'SB1008 2:7 kind',
      meant: 'DestinationRule',
    },
  ])('$apiVersion $kind is a near miss', ({ apiVersion, kind, expected, meant }) => {
    const { diagnostics } = readYaml(entry(apiVersion, kind))
    expect(diagnostics.map(summary)).toEqual([expected])
    expect(diagnostics[0]?.message).toContain(`did you mean ${meant}?`)
  })

  test.each([
    { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar' },
    { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadGroup' },
    { apiVersion: 'v1', kind: 'Service' },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
  ])('$apiVersion $kind is ignored, and named', ({ apiVersion, kind }) => {
    const { diagnostics } = readYaml(entry(apiVersion, kind))
    expect(diagnostics.map(summary)).toEqual(['SB1007 2:7'])
    expect(diagnostics[0]).toMatchObject({ severity: 'info', message: `the ${kind} "vm" of ${apiVersion} is ignored` })
  })

  test.each([
    { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' },
  ])(
    '$apiVersion $kind would route, guard or change traffic: that it is not read is a warning',
    ({ apiVersion, kind }) => {
      const { diagnostics } = readYaml(entry(apiVersion, kind))
      expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning SB1016'])
    },
  )

  test.each([
    { title: 'text is no resource', yaml: 'hello\n', expected: 'SB1006 1:1' },
    { title: 'a list is no resource', yaml: '- a\n', expected: 'SB1006 1:1' },
    { title: 'a resource has an apiVersion', yaml: '# here\nkind: Gateway\n', expected: 'SB1006 2:1' },
    { title: 'a resource has a kind', yaml: 'apiVersion: v1\n', expected: 'SB1006 1:1' },
    {
      title: 'a key in the wrong letter case is shown',
      yaml: 'apiversion: v1\nkind: List\n',
      expected: 'SB1006 1:13 apiversion',
    },
    { title: 'a kind is text', yaml: 'apiVersion: v1\nkind: 3\n', expected: 'SB1006 2:7 kind' },
  ])('$title', ({ yaml, expected }) => {
    expect(summaries(yaml)).toEqual([expected])
  })
})

describe('lists', () => {
  const item =
    '- apiVersion: networking.istio.io/v1\n  kind: WorkloadEntry\n  metadata: {name: NAME}\n  spec: {address: ADDRESS}\n'

  test('the items of a List are resources of their own, with their places', () => {
    const yaml = `apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
${item.replace('NAME', 'a').replace('ADDRESS', '10.0.0.1')}${item.replace('NAME', 'b').replace('ADDRESS', '10.0.0.300')}- apiVersion: v1
  kind: Pod
  metadata: {name: c}
`
    const { config, diagnostics } = readYaml(yaml)
    expect(diagnostics.map(summary)).toEqual(['SB2004 12:19 spec.address', 'SB1007 14:9'])
    expect(diagnostics[0]?.resource).toBe('WorkloadEntry default/b')
    expect(config.workloadEntries.map(({ name }) => name)).toEqual(['a'])
    expect(config.workloadEntries[0]?.spanOf(['spec', 'address']).start).toMatchObject({ line: 8, column: 19 })
  })

  test('the items of a list of one kind need not repeat it', () => {
    const yaml = `apiVersion: networking.istio.io/v1\nkind: WorkloadEntryList\nitems:\n- metadata: {name: a}\n  spec: {address: 10.0.0.1}\n`
    expect(readYaml(yaml).config.workloadEntries).toHaveLength(1)
  })

  test.each([
    { title: 'an empty list is nothing', items: 'items: []', expected: [] },
    { title: 'a list without items is nothing', items: 'metadata: {}', expected: [] },
    { title: 'items are a list', items: 'items: {}', expected: ['SB2002 3:8 items'] },
  ])('$title', ({ items, expected }) => {
    expect(summaries(`apiVersion: v1\nkind: List\n${items}\n`)).toEqual(expected)
  })
})

describe('metadata', () => {
  const withMetadata = (metadata: string) =>
    `apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata:\n${metadata}\nspec: {address: 10.0.0.1}\n`

  test('all that kubectl writes is taken', () => {
    const yaml = withMetadata(`  name: vm
  namespace: team
  labels: {app: shop, version: "1.0"}
  annotations: {example.com/a: b}
  creationTimestamp: 2024-01-15T12:30:45Z
  uid: 6f7c
  resourceVersion: "12"
  generation: 3
  selfLink: /x
  finalizers: [a]
  ownerReferences: [{kind: A}]
  managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {}}}]
`)
    const { config, diagnostics } = readYaml(`${yaml}status: {conditions: [{type: Ready}]}\n`)
    expect(diagnostics).toEqual([])
    expect(config.workloadEntries[0]).toMatchObject({
      kind: 'WorkloadEntry',
      name: 'vm',
      namespace: 'team',
      title: 'WorkloadEntry team/vm',
      labels: { app: 'shop', version: '1.0' },
      annotations: { 'example.com/a': 'b' },
      createdAtMs: Date.UTC(2024, 0, 15, 12, 30, 45),
    })
  })

  test('without a namespace it is default; a null time is none', () => {
    const { config, diagnostics } = readYaml(withMetadata('  name: vm\n  creationTimestamp: null'))
    expect(diagnostics).toEqual([])
    expect(config.workloadEntries[0]).toMatchObject({ namespace: 'default', labels: {}, annotations: {} })
    expect(config.workloadEntries[0]).not.toHaveProperty('createdAtMs')
  })

  test.each([
    { title: 'a name is needed', metadata: '  namespace: a', expected: ['SB2003 3:1 metadata'] },
    { title: 'generateName is no name', metadata: '  generateName: a-', expected: ['SB2003 3:1 metadata'] },
    { title: 'a name is text', metadata: '  name: 2024', expected: ['SB2002 4:9 metadata.name'] },
    {
      title: 'a label is text',
      metadata: '  name: a\n  labels: {v: 1.0}',
      expected: ['SB2002 5:15 metadata.labels.v'],
    },
    {
      title: 'a time is a time',
      metadata: '  name: a\n  creationTimestamp: monday',
      expected: ['SB2004 5:22 metadata.creationTimestamp'],
    },
    {
      title: 'a misspelt field is an error',
      metadata: '  name: a\n  namepsace: b',
      expected: ['SB2001 5:3 metadata.namepsace'],
    },
    {
      title: 'a field of the spec belongs there',
      metadata: '  name: a\n  address: b',
      expected: ['SB2001 5:3 metadata.address'],
    },
    {
      title: 'a name that Kubernetes would refuse is a warning',
      metadata: '  name: Shop\n  namespace: a_b',
      expected: ['SB2007 4:9 metadata.name', 'SB2007 5:14 metadata.namespace'],
    },
    {
      title: 'nothing is tried without effect',
      metadata: '  name: a\n  annotations: {istio.io/dry-run: "true"}',
      expected: ['SB2004 5:17 metadata.annotations["istio.io/dry-run"]'],
    },
  ])('$title', ({ metadata, expected }) => {
    expect(summaries(withMetadata(metadata))).toEqual(expected)
  })

  test('a resource without metadata, or spec, says so once each', () => {
    expect(summaries('apiVersion: networking.istio.io/v1\nkind: Gateway\n')).toEqual(
      ['SB2003 1:1 ', 'SB2003 1:1 '].map(each => each),
    )
  })

  test('the name of a Gateway has no dots', () => {
    const yaml = withSpec('Gateway', '  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]')
    expect(summaries(yaml.replace('name: shop', 'name: a.b'))).toEqual(['SB2004 3:18 metadata.name'])
  })
})
