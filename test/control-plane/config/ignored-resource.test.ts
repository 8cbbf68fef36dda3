import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { diagnoseIgnored } from '../../../src/control-plane/config/ignored-resource.ts'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

const start = { line: 2, column: 7, offset: 30 }
const span = { file: 'a.yaml', start, end: start }
const ignored = (apiVersion: string, kind: string, name?: string) =>
  diagnoseIgnored({ apiVersion, kind, name, namespace: 'default' }, span)

describe('a resource of another kind', () => {
  test.each([
    { apiVersion: 'v1', kind: 'Service', code: 'SB1007' },
    { apiVersion: 'apps/v1', kind: 'Deployment', code: 'SB1007' },
    { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', code: 'SB1007' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', code: 'SB1016' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', code: 'SB1007' },
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', code: 'SB1016' },
    { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', code: 'SB1016' },
    { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', code: 'SB1016' },
    { apiVersion: '__proto__/v1', kind: 'toString', code: 'SB1007' },
  ])('$kind of $apiVersion is told as $code', ({ apiVersion, kind, code }) => {
    expect(ignored(apiVersion, kind, 'a').code).toBe(code)
  })

  test('is named with what is lost', () => {
    expect(ignored('security.istio.io/v1', 'AuthorizationPolicy', 'only-us')).toMatchObject({
      severity: 'warning',
      message: 'the AuthorizationPolicy "only-us" of security.istio.io/v1 is not read',
      why: 'what it forbids is allowed here',
      resource: 'AuthorizationPolicy default/only-us',
    })
    expect(ignored('kustomize.config.k8s.io/v1beta1', 'Kustomization').message).toBe(
      'the Kustomization of kustomize.config.k8s.io/v1beta1 is not read',
    )
  })
})

test.each([
  { title: 'by its field', ingress: 'spec: { ingressClassName: istio }', code: 'SB1016' },
  {
    title: 'by its annotation',
    ingress: 'metadata: { annotations: { kubernetes.io/ingress.class: istio } }',
    code: 'SB1016',
  },
  { title: 'and of another class it is not', ingress: 'spec: { ingressClassName: nginx }', code: 'SB1007' },
  { title: 'and with nothing but noise it is not', ingress: 'spec: [1]\nmetadata: { annotations: 3 }', code: 'SB1007' },
])('an Ingress of the class istio is missed $title', ({ ingress, code }) => {
  const yaml = `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${ingress}\n`
  expect(readConfig(sourceFiles({ 'a.yaml': yaml })).diagnostics.map(each => each.code)).toEqual([code])
})

const foreign = (apiVersion: string, kind: string, name: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n`

describe('files of which nothing is read', () => {
  const messages = (texts: Readonly<Record<string, string>>) =>
    compileRoutes(sourceFiles(texts)).diagnostics.flatMap(({ code, message }) =>
      code === 'SB1017' || code === 'SB1018' ? [message] : [],
    )
  const service = foreign('v1', 'Service', 'reviews')
  const pod = foreign('v1', 'Pod', 'p')

  test.each([
    { title: 'as they are empty', texts: { 'a.yaml': '' }, message: 'there is no resource in the file' },
    {
      title: 'as there are but comments',
      texts: { 'a.yaml': '# nothing\n', 'b.yaml': '---\n---\n' },
      message: 'there is no resource in any of the 2 files',
    },
    {
      title: 'as all are of other kinds',
      texts: { 'a.yaml': documents(service, pod) },
      message: 'none of the 2 resources is of a kind that is read',
    },
  ])('$title', ({ texts, message }) => {
    expect(messages(texts)).toEqual([message])
  })

  test.each([
    { title: 'have a fault', texts: { 'a.yaml': 'a: *b\n' } },
    {
      title: 'have a resource that is missed',
      texts: { 'a.yaml': foreign('gateway.networking.k8s.io/v1', 'HTTPRoute', 'r') },
    },
    {
      title: 'stand beside one that is read',
      texts: { 'a.yaml': '', 'b.yaml': serviceEntry('a.internal', 'a.example.net') },
    },
  ])('and that $title', ({ texts }) => {
    expect(messages(texts)).toEqual([])
  })
})

describe('what was ignored', () => {
  const rule = resource('DestinationRule', 'r', '  host: reviews\n  trafficPolicy: { tls: { mode: SIMPLE } }')
  const service = (apiVersion: string) => `apiVersion: ${apiVersion}\nkind: Service\nmetadata: { name: reviews }\n`

  test.each([
    {
      title: 'a Service declares a host to which a policy may be meant',
      texts: { 's.yaml': service('v1') },
      expected: [],
    },
    {
      title: 'one of Knative does, which makes one of Kubernetes',
      texts: { 's.yaml': service('serving.knative.dev/v1') },
      expected: [],
    },
    { title: 'nothing does not', texts: {}, expected: ['IST0174'] },
  ])('$title', ({ texts, expected }) => {
    const { diagnostics } = compileRoutes(sourceFiles({ 'a.yaml': rule, ...texts }))
    expect(diagnostics.map(({ code }) => code).filter(code => code !== 'SB1007')).toEqual(expected)
  })
})
