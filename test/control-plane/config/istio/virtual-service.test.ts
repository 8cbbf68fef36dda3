import { describe, expect, test } from 'vitest'
import { readYaml, summaries, withRules, withSpec } from '../read-yaml.ts'

test('every field of a VirtualService is read and kept', () => {
  const { config, diagnostics } = readYaml(
    withSpec(
      'VirtualService',
      `
  hosts: [shop.example.com]
  gateways: [edge, team/edge]
  exportTo: ["."]
  http:
  - name: all
    match:
    - name: m
      uri: {prefix: /a}
      scheme: {exact: https}
      method: {regex: GET|HEAD}
      authority: {prefix: shop}
      headers: {x-a: {exact: "1"}, x-b: {}, "@request.auth.claims.group": {exact: admin}, ":path": {prefix: /a}}
      withoutHeaders: {x-c: {regex: "*"}}
      queryParams: {v: {exact: ""}}
      ignoreUriCase: true
      port: 80
      sourceLabels: {app: shop}
      sourceNamespace: team
      gateways: [edge]
      statPrefix: api
    route:
    - destination: {host: a.b, subset: v1, port: {number: 8080}}
      weight: 80
      headers: {request: {set: {x-d: "%REQ(x)%"}}}
    - destination: {host: c.d}
      weight: 20
    rewrite: {uri: /b, authority: a.b}
    timeout: 3s
    retries:
      attempts: 2
      perTryTimeout: 1s
      retryOn: 5xx,connect-failure,503
      retryRemoteLocalities: true
      retryIgnorePreviousHosts: false
      backoff: 25ms
    fault:
      delay: {fixedDelay: 5s, percentage: {value: 0.1}, percent: 5}
      abort: {httpStatus: 503, percentage: {value: 100}}
    mirror: {host: m.n}
    mirrorPercent: 5
    mirrorPercentage: {value: 12.5}
    corsPolicy:
      allowOrigins: [{exact: https://a.b}, {regex: "https://.*"}]
      allowOrigin: [https://c.d]
      allowMethods: [GET, POST]
      allowHeaders: [x-a, "*"]
      exposeHeaders: [x-b]
      maxAge: 24h
      allowCredentials: true
      unmatchedPreflights: IGNORE
    headers:
      request: {set: {x-e: e}, add: {x-f: f}, remove: [x-g]}
      response: {set: {x-h: h}, add: {x-i: 100%%}, remove: [x-j]}
  - redirect: {uri: /new, authority: a.b, port: 8443, scheme: https, redirectCode: 308}
  - redirect: {prefixRewrite: /new, derivePort: FROM_REQUEST_PORT}
  - directResponse: {status: 404, body: {string: gone}}
  - directResponse: {status: 200, body: {bytes: aGVsbG8=}}
  - mirrors: [{destination: {host: m.n}, percentage: {value: 5}}]
    rewrite: {uriRegexRewrite: {match: ^/a/(.*)$, rewrite: '/b/\\\\1'}}
    route: [{destination: {host: a.b}}]
  - delegate: {name: leaf, namespace: team}
  tls:
  - match:
    - sniHosts: [shop.example.com]
      destinationSubnets: [10.0.0.0/8]
      port: 443
      sourceLabels: {app: shop}
      gateways: [edge]
      sourceNamespace: team
    route: [{destination: {host: a.b}, weight: 100}]
  tcp:
  - match:
    - destinationSubnets: [10.0.0.1]
      port: 27017
      sourceSubnet: 10.0.0.0/8
      sourceLabels: {app: shop}
      gateways: [edge]
      sourceNamespace: team
    route: [{destination: {host: a.b}}]
`,
    ),
  )
  expect(diagnostics).toEqual([])
  expect(config.virtualServices[0]?.spec).toMatchSnapshot()
})

test('what is absent is an empty list, an empty map or undefined', () => {
  const { config } = readYaml(withRules('  - match: [{}]\n    route: [{destination: {host: a.b}}]'))
  const [rule] = config.virtualServices[0]!.spec.http
  expect(rule).toEqual({
    match: [{ headers: {}, withoutHeaders: {}, queryParams: {}, sourceLabels: {}, gateways: [] }],
    route: [{ destination: { host: 'a.b' } }],
    mirrors: [],
  })
  expect(config.virtualServices[0]?.spec).toMatchObject({ tls: [], tcp: [], exportTo: [] })
})

const route = 'route: [{destination: {host: a.b}}]'

describe('rules', () => {
  test.each([
    { title: 'a rule needs an action', rules: '  - name: a', expected: ['SB2003 8:5 spec.http[0]'] },
    { title: 'an empty route is none', rules: '  - route: []', expected: ['SB2003 8:5 spec.http[0].route'] },
    { title: 'a mirror alone is no action', rules: '  - mirror: {host: a.b}', expected: ['SB2003 8:5 spec.http[0]'] },
    {
      title: 'route and redirect exclude each other',
      rules: `  - ${route}\n    redirect: {uri: /}`,
      expected: ['SB2005 9:5 spec.http[0].redirect'],
    },
    {
      title: 'route and directResponse exclude each other',
      rules: `  - ${route}\n    directResponse: {status: 200}`,
      expected: ['SB2005 9:5 spec.http[0].directResponse'],
    },
    {
      title: 'redirect and directResponse exclude each other',
      rules: '  - redirect: {uri: /}\n    directResponse: {status: 200}',
      expected: ['SB2005 9:5 spec.http[0].directResponse'],
    },
    {
      title: 'a redirect has no fault and no rewrite',
      rules: '  - redirect: {uri: /}\n    fault: {abort: {httpStatus: 503}}\n    rewrite: {uri: /}',
      expected: ['SB2005 9:5 spec.http[0].fault', 'SB2005 10:5 spec.http[0].rewrite'],
    },
    {
      title: 'a delegating rule has no redirect',
      rules: '  - delegate: {name: a}\n    redirect: {uri: /}',
      expected: ['SB2005 9:5 spec.http[0].redirect'],
    },
    {
      title: 'mirror and mirrors exclude each other',
      rules: `  - ${route}\n    mirror: {host: a.b}\n    mirrors: [{destination: {host: a.b}}]`,
      expected: ['SB2005 9:5 spec.http[0].mirror'],
    },
    {
      title: 'exclusions are found beside other faults',
      rules: `  - route: [{destination: {host: a_b}}]\n    redirect: {uri: /}\n    timeout: 0s`,
      expected: [
        'SB2004 8:34 spec.http[0].route[0].destination.host',
        'SB2005 9:5 spec.http[0].redirect',
        'SB2004 10:14 spec.http[0].timeout',
      ],
    },
    {
      title: 'several destinations need a weight',
      rules: '  - route: [{destination: {host: a.b}}, {destination: {host: c.d}, weight: 0}]',
      expected: ['SB2004 8:5 spec.http[0].route'],
    },
    {
      title: 'a weight is not negative',
      rules: '  - route: [{destination: {host: a.b}, weight: -10}]',
      expected: ['SB2004 8:48 spec.http[0].route[0].weight'],
    },
    {
      title: 'a destination is not all hosts',
      rules: '  - route: [{destination: {host: "*"}}]',
      expected: ['SB2004 8:34 spec.http[0].route[0].destination.host'],
    },
    {
      title: 'a port is 1 to 65535',
      rules: '  - route: [{destination: {host: a.b, port: {number: 70000}}}]',
      expected: ['SB2004 8:54 spec.http[0].route[0].destination.port.number'],
    },
    {
      title: 'a subset is a DNS label',
      rules: '  - route: [{destination: {host: a.b, subset: v1.0}}]',
      expected: ['SB2004 8:47 spec.http[0].route[0].destination.subset'],
    },
    {
      title: 'the authority is rewritten once',
      rules: `  - ${route}\n    rewrite: {authority: a.b}\n    headers: {request: {set: {Host: c.d}}}`,
      expected: ['SB2005 10:31 spec.http[0].headers.request.set.Host'],
    },
  ])('$title', ({ rules, expected }) => {
    expect(summaries(withRules(rules))).toEqual(expected)
  })
})

describe('matches', () => {
  const match = (inner: string) => withRules(`  - match: [{${inner}}]\n    ${route}`)
  test.each([
    {
      title: 'a match has one alternative',
      inner: 'uri: {exact: /a, prefix: /b}',
      expected: ['SB2005 8:31 spec.http[0].match[0].uri.prefix'],
    },
    {
      title: 'a path match needs an alternative',
      inner: 'uri: {}',
      expected: ['SB2003 8:14 spec.http[0].match[0].uri'],
    },
    { title: 'the prefix of a path may be empty', inner: 'uri: {prefix: ""}', expected: [] },
    {
      title: 'the prefix of an authority may not',
      inner: 'authority: {prefix: ""}',
      expected: ['SB2004 8:34 spec.http[0].match[0].authority.prefix'],
    },
    {
      title: 'the prefix of a header may not',
      inner: 'headers: {a: {prefix: ""}}',
      expected: ['SB2004 8:36 spec.http[0].match[0].headers.a.prefix'],
    },
    {
      title: 'a header is named once, whatever its letter case',
      inner: 'headers: {x-a: {}, X-A: {}}',
      expected: ['SB2005 8:33 spec.http[0].match[0].headers.X-A'],
    },
    {
      title: 'a header name has no colon',
      inner: 'headers: {"x-a:": {}}',
      expected: ['SB2004 8:24 spec.http[0].match[0].headers["x-a:"]'],
    },
    {
      title: 'a header name is not empty',
      inner: 'headers: {"": {}}',
      expected: ['SB2004 8:24 spec.http[0].match[0].headers[""]'],
    },
    {
      title: 'a namespace is a DNS label',
      inner: 'sourceNamespace: Te_am',
      expected: ['SB2004 8:31 spec.http[0].match[0].sourceNamespace'],
    },
    { title: 'port 0 is none', inner: 'port: 0', expected: [] },
  ])('$title', ({ inner, expected }) => {
    expect(summaries(match(inner))).toEqual(expected)
  })
})

describe('actions and policies', () => {
  const field = (written: string) => withRules(`  - ${written}\n    ${route}`)
  test.each([
    {
      title: 'a redirect goes somewhere',
      yaml: withRules('  - redirect: {redirectCode: 302}'),
      expected: ['SB2003 8:5 spec.http[0].redirect'],
    },
    {
      title: '304 is no redirect',
      yaml: withRules('  - redirect: {uri: /, redirectCode: 304}'),
      expected: ['SB2004 8:38 spec.http[0].redirect.redirectCode'],
    },
    {
      title: 'a redirect has one port',
      yaml: withRules('  - redirect: {port: 80, derivePort: FROM_REQUEST_PORT}'),
      expected: ['SB2005 8:26 spec.http[0].redirect.derivePort'],
    },
    {
      title: 'a status is 200 to 599',
      yaml: withRules('  - directResponse: {status: 600}'),
      expected: ['SB2004 8:30 spec.http[0].directResponse.status'],
    },
    {
      title: 'bytes are base64',
      yaml: withRules('  - directResponse: {status: 200, body: {bytes: "!"}}'),
      expected: ['SB2004 8:49 spec.http[0].directResponse.body.bytes'],
    },
    {
      title: 'a body is at most 1 MiB',
      yaml: withRules(`  - directResponse: {status: 200, body: {string: ${'a'.repeat(1024 * 1024 + 1)}}}`),
      expected: ['SB2004 8:42 spec.http[0].directResponse.body.string'],
    },
    {
      title: 'a rewrite rewrites something',
      yaml: field('rewrite: {}'),
      expected: ['SB2003 8:5 spec.http[0].rewrite'],
    },
    {
      title: 'a rewrite has one path',
      yaml: field('rewrite: {uri: /, uriRegexRewrite: {match: a, rewrite: b}}'),
      expected: ['SB2005 8:23 spec.http[0].rewrite.uriRegexRewrite'],
    },
    {
      title: 'retries that are off have no policy',
      yaml: field('retries: {perTryTimeout: 1s}'),
      expected: ['SB2005 8:14 spec.http[0].retries'],
    },
    {
      title: 'a condition to retry on is known',
      yaml: field('retries: {attempts: 1, retryOn: "5xx,gateway-err"}'),
      expected: ['SB2004 8:42 spec.http[0].retries.retryOn'],
    },
    {
      title: 'an abort has one status',
      yaml: field('fault: {abort: {httpStatus: 503, grpcStatus: UNAVAILABLE}}'),
      expected: ['SB2005 8:38 spec.http[0].fault.abort.grpcStatus'],
    },
    {
      title: 'a gRPC status has a name',
      yaml: field('fault: {abort: {grpcStatus: "14"}}'),
      expected: ['SB2004 8:33 spec.http[0].fault.abort.grpcStatus'],
    },
    {
      title: 'a percentage is at most 100',
      yaml: field('mirrorPercentage: {value: 101}'),
      expected: ['SB2004 8:31 spec.http[0].mirrorPercentage.value'],
    },
    {
      title: 'CORS lives for whole seconds',
      yaml: field('corsPolicy: {maxAge: 1.5s}'),
      expected: ['SB2004 8:26 spec.http[0].corsPolicy.maxAge'],
    },
    {
      title: 'an enum is written as it is',
      yaml: field('corsPolicy: {unmatchedPreflights: ignore}'),
      expected: ['SB2004 8:39 spec.http[0].corsPolicy.unmatchedPreflights'],
    },
    {
      title: 'a header name that is changed is a token',
      yaml: field('headers: {request: {set: {"x a": b}}}'),
      expected: ['SB2004 8:31 spec.http[0].headers.request.set["x a"]'],
    },
    {
      title: 'a header value has no line break',
      yaml: field('headers: {request: {set: {x-a: "a\\nb"}}}'),
      expected: ['SB2004 8:36 spec.http[0].headers.request.set.x-a'],
    },
    {
      title: 'a command in a header value has an end',
      yaml: field('headers: {request: {set: {x-a: "%REQ(a)"}}}'),
      expected: ['SB2004 8:36 spec.http[0].headers.request.set.x-a'],
    },
    {
      title: 'Host is not removed',
      yaml: field('headers: {request: {remove: [host]}}'),
      expected: ['SB2004 8:34 spec.http[0].headers.request.remove[0]'],
    },
  ])('$title', ({ yaml, expected }) => {
    expect(summaries(yaml)).toEqual(expected)
  })
})

describe('the VirtualService as a whole', () => {
  test.each([
    { title: 'it needs rules', spec: '  hosts: [a.b]', expected: ['SB2003 4:1 spec'] },
    { title: 'without hosts it is a delegate', spec: `  http: [{${route}}]`, expected: [] },
    {
      title: 'a delegate has no gateways',
      spec: `  gateways: [edge]\n  http: [{${route}}]`,
      expected: ['SB2003 5:3 spec.gateways'],
    },
    {
      title: 'a delegate does not delegate',
      spec: '  http: [{delegate: {name: a}}]',
      expected: ['SB2005 5:11 spec.http[0].delegate'],
    },
    {
      title: 'a Gateway is named with its namespace or without',
      spec: `  hosts: [a.b]\n  gateways: [/a, "*/b", c@d]\n  http: [{${route}}]`,
      expected: ['SB2004 6:14 spec.gateways[0]', 'SB2004 6:18 spec.gateways[1]', 'SB2004 6:25 spec.gateways[2]'],
    },
    {
      title: 'a JWT claim is matched on a Gateway only',
      spec: `  hosts: [a.b]\n  http: [{match: [{headers: {"@request.auth.claims.a": {}}}], ${route}}]`,
      expected: ['SB2004 6:30 spec.http[0].match[0].headers["@request.auth.claims.a"]'],
    },
    {
      title: 'a TLS rule needs SNI hosts of the VirtualService',
      spec: `  hosts: [a.b]\n  tls: [{match: [{sniHosts: [c.d]}], ${route}}, {match: [{port: 1}], ${route}}, {${route}}]`,
      expected: [
        'SB2004 6:30 spec.tls[0].match[0].sniHosts[0]',
        'SB2003 6:85 spec.tls[1].match[0]',
        'SB2003 6:135 spec.tls[2]',
      ],
    },
    {
      title: 'a subnet is one',
      spec: `  hosts: [a.b]\n  tcp: [{match: [{destinationSubnets: [10.0.0.0/33]}], ${route}}]`,
      expected: ['SB2004 6:40 spec.tcp[0].match[0].destinationSubnets[0]'],
    },
    {
      title: 'a namespace is exported to once',
      spec: `  hosts: [a.b]\n  http: [{${route}}]\n  exportTo: [".", default]`,
      expected: ['SB2005 7:19 spec.exportTo[1]'],
    },
    {
      title: 'all namespaces and one do not go together',
      spec: `  hosts: [a.b]\n  http: [{${route}}]\n  exportTo: ["*", team]`,
      expected: ['SB2005 7:3 spec.exportTo'],
    },
  ])('$title', ({ spec, expected }) => {
    expect(summaries(withSpec('VirtualService', spec)).sort()).toEqual([...expected].sort())
  })
})
