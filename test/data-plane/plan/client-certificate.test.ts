import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { planRequest } from '../../../src/data-plane/plan/plan-request.ts'
import { type ClientContext, headerLinesOf, type Scheme } from '../../../src/fib/request-head.ts'
import { openTable } from '../../../src/fib/view.ts'
import { documents, resource, sourceFiles } from '../../control-plane/source-files.ts'

const hash = '0123456789abcdef'.repeat(4)
const otherHash = 'fedcba9876543210'.repeat(4)
const withColons = hash.toUpperCase().replace(/..(?=.)/g, '$&:')
const verified: ClientContext = { 'cert-verified': 'true', 'cert-sha256': hash }

/** What is answered where a server has these terms: a status, and where it is no route's, its flag and details. */
function answered(
  terms: string,
  client: ClientContext | undefined,
  { scheme = 'https', host = 'a.example', port = 443, listener }: Partial<Way> = {},
): string {
  const gateway = resource(
    'Gateway',
    'edge',
    `
  servers:
    - { port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"], tls: { httpsRedirect: true } }
    - { port: { number: 443, name: tls, protocol: HTTPS }, hosts: [a.example], tls: { credentialName: c, ${terms} } }
`,
  )
  const rule = resource(
    'VirtualService',
    'a',
    '  hosts: [a.example]\n  gateways: [edge]\n  http: [{ directResponse: { status: 200 } }]\n',
  )
  const { table } = compileRoutes(sourceFiles({ 'a.yaml': documents(gateway, rule) }))
  const head = { method: 'GET', authority: host, path: '/', query: undefined, headers: headerLinesOf([]) }
  const plan = planRequest(openTable(table!), { ...head, host, scheme, port, listener, client }, () => 0)
  if (plan.kind === 'refuse') return `${plan.status} ${plan.flag} ${plan.details}`
  return plan.kind === 'answer' ? String(plan.status) : plan.kind
}

interface Way {
  readonly scheme: Scheme
  readonly host: string
  readonly port: number
  readonly listener: string
}

const refused = '403 DPE client_certificate_required'
const named = `mode: MUTUAL, verifyCertificateHash: ["${withColons}"]`

describe('who gets in by a client certificate', () => {
  test.each([
    { title: 'MUTUAL keeps out who has none', terms: 'mode: MUTUAL', expected: refused },
    {
      title: 'MUTUAL keeps out whose certificate is not verified',
      terms: 'mode: MUTUAL',
      client: { 'cert-sha256': hash },
      expected: refused,
    },
    {
      title: 'MUTUAL takes no other word for verified',
      terms: 'mode: MUTUAL',
      client: { ...verified, 'cert-verified': 'FAILED' },
      expected: refused,
    },
    {
      title: 'MUTUAL knows no client where the runtime knows nothing of certificates',
      terms: 'mode: MUTUAL',
      client: { address: '192.0.2.1' },
      expected: refused,
    },
    { title: 'MUTUAL lets in who has a verified one', terms: 'mode: MUTUAL', client: verified, expected: '200' },
    { title: 'a hash lets in its certificate', terms: named, client: verified, expected: '200' },
    {
      title: 'a hash is the same in any letter case, with colons or without',
      terms: `mode: MUTUAL, verifyCertificateHash: ["${otherHash}", "${hash}"]`,
      client: { ...verified, 'cert-sha256': withColons },
      expected: '200',
    },
    {
      title: 'a hash keeps out other certificates, however well they are verified',
      terms: named,
      client: { ...verified, 'cert-sha256': otherHash },
      expected: refused,
    },
    {
      title: 'a part of a hash is not the hash',
      terms: named,
      client: { ...verified, 'cert-sha256': hash.slice(0, 32) },
      expected: refused,
    },
    {
      title: 'a hash keeps out a certificate whose own is not known',
      terms: named,
      client: { 'cert-verified': 'true' },
      expected: refused,
    },
    {
      title: 'what is no hash lets nobody in',
      terms: 'mode: MUTUAL, verifyCertificateHash: [abc]',
      client: verified,
      expected: refused,
    },
    { title: 'OPTIONAL_MUTUAL lets in who has none', terms: 'mode: OPTIONAL_MUTUAL', expected: '200' },
    {
      title: 'OPTIONAL_MUTUAL lets in who has one',
      terms: 'mode: OPTIONAL_MUTUAL',
      client: verified,
      expected: '200',
    },
    {
      title: 'OPTIONAL_MUTUAL with a hash keeps out who has another one',
      terms: `mode: OPTIONAL_MUTUAL, verifyCertificateHash: ["${otherHash}"]`,
      client: verified,
      expected: refused,
    },
    ...['subjectAltNames: [a]', 'verifyCertificateSpki: [a]', 'caCrl: a'].map(term => ({
      title: `what cannot be checked keeps everybody out: ${term}`,
      terms: `mode: MUTUAL, ${term}`,
      client: verified,
      expected: refused,
    })),
    {
      title: 'what cannot be checked keeps everybody out, also where a certificate is optional',
      terms: 'mode: OPTIONAL_MUTUAL, subjectAltNames: [a]',
      expected: refused,
    },
    { title: 'SIMPLE asks nobody', terms: `mode: SIMPLE, subjectAltNames: [a]`, expected: '200' },
  ])('$title', ({ terms, client, expected }) => {
    expect(answered(terms, client)).toBe(expected)
  })
})

describe('where MUTUAL is asked', () => {
  const socket = { listener: 'https.443.tls.edge.default', port: 443 }
  test.each<{ title: string; way: Partial<Way>; client?: ClientContext; expected: string }>([
    { title: 'plain http is sent to https', way: { scheme: 'http', port: 80 }, expected: '301' },
    {
      title: 'a port that the client says leads past no guard',
      way: { port: 80 },
      expected: refused,
    },
    { title: 'nor does the scheme', way: { scheme: 'http' }, expected: '301' },
    { title: 'before any host is looked up', way: { ...socket, host: 'b.example' }, expected: refused },
    {
      title: 'a host that is not served is told to who is let in',
      way: { ...socket, host: 'b.example' },
      client: verified,
      expected: '404 NR route_not_found',
    },
    { title: 'at a socket of its own', way: socket, client: verified, expected: '200' },
  ])('$title', ({ way, client, expected }) => {
    expect(answered('mode: MUTUAL', client, way)).toBe(expected)
  })
})
