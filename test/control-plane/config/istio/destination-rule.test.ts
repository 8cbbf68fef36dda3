import { expect, test } from 'vitest'
import { readYaml, summaries, withSpec } from '../read-yaml.ts'

test('every field of a DestinationRule is read and kept', () => {
  const { config, diagnostics } = readYaml(
    withSpec(
      'DestinationRule',
      `
  host: a.b
  exportTo: ["."]
  workloadSelector: {matchLabels: {app: shop}}
  trafficPolicy:
    loadBalancer:
      consistentHash:
        httpCookie: {name: user, path: /, ttl: 0s, attributes: [{name: SameSite, value: Strict}]}
        ringHash: {minimumRingSize: 1024}
      localityLbSetting:
        enabled: true
        distribute: [{from: eu/west/*, to: {"eu/west/*": 80, us: 20}}]
        failoverPriority: [topology.istio.io/network]
      warmup: {duration: 30s, minimumPercent: 10, aggression: 1.5}
    connectionPool:
      tcp:
        maxConnections: 100
        connectTimeout: 30ms
        tcpKeepalive: {probes: 3, time: 7200s, interval: 75s}
        maxConnectionDuration: 1h
        idleTimeout: 0s
      http:
        http1MaxPendingRequests: 1
        http2MaxRequests: 2
        maxRequestsPerConnection: 3
        maxRetries: 4
        idleTimeout: 90s
        h2UpgradePolicy: UPGRADE
        useClientProtocol: false
        maxConcurrentStreams: 5
        http2KeepAlive: {interval: 10s, timeout: 5s}
    outlierDetection:
      consecutiveErrors: 1
      splitExternalLocalOriginErrors: true
      consecutiveLocalOriginFailures: 2
      consecutiveGatewayErrors: 3
      consecutive5xxErrors: 4
      interval: 5m
      baseEjectionTime: 15m
      maxEjectionPercent: 50
      minHealthPercent: 10
      outlierDetectionHttpErrorCodes: [429, 500]
    tls:
      mode: MUTUAL
      clientCertificate: /c
      privateKey: /k
      caCertificates: /ca
      caCrl: /crl
      subjectAltNames: [a.b]
      sni: a.b
      insecureSkipVerify: false
    portLevelSettings:
    - port: {number: 80}
      loadBalancer: {simple: LEAST_REQUEST}
    - port: {number: 443}
      tls: {mode: SIMPLE, credentialName: c}
    tunnel: {protocol: CONNECT, targetHost: a.b, targetPort: 443}
    retryBudget: {percent: 20, minRetryConcurrency: 3, budgetInterval: 0ms}
  subsets:
  - name: v1
    labels: {version: v1, example.com/tier: gold}
    trafficPolicy:
      proxyProtocol: {version: V2}
      loadBalancer:
        consistentHash: {httpHeaderName: x-user, maglev: {tableSize: 65537}}
        zoneAwareLbSetting: {enabled: true, failover: [{from: eu, to: us}], failoverPriority: [a], minClusterSize: 6}
  - name: V2
    trafficPolicy:
      loadBalancer:
        consistentHash: {useSourceIp: true, minimumRingSize: 1024}
        warmupDurationSecs: 30s
        localityLbSetting: {failover: [{from: eu, to: us}]}
  - name: v3
    trafficPolicy: {loadBalancer: {consistentHash: {httpQueryParameterName: user}}}
`,
    ),
  )
  expect(diagnostics).toEqual([])
  expect(config.destinationRules[0]?.spec).toMatchSnapshot()
})

const policy = (written: string) => withSpec('DestinationRule', `  host: a.b\n  trafficPolicy: ${written}`)

test.each([
  { title: 'it needs a host', yaml: withSpec('DestinationRule', '  subsets: []'), expected: ['SB2003 4:1 spec'] },
  {
    title: 'an empty subset needs a name',
    yaml: withSpec('DestinationRule', '  host: a.b\n  subsets: [null]'),
    expected: ['SB2003 6:13 spec.subsets[0]'],
  },
  {
    title: 'a subset is defined once',
    yaml: withSpec('DestinationRule', '  host: a.b\n  subsets: [{name: a}, {name: a}]'),
    expected: ['SB2005 6:31 spec.subsets[1].name'],
  },
  {
    title: 'a label name has no spaces',
    yaml: withSpec('DestinationRule', '  host: a.b\n  subsets: [{name: a, labels: {"a b": c}}]'),
    expected: ['SB2004 6:32 spec.subsets[0].labels["a b"]'],
  },
  {
    title: 'a selected rule stays in its namespace',
    yaml: withSpec('DestinationRule', '  host: a.b\n  workloadSelector: {matchLabels: {a: b}}\n  exportTo: ["*"]'),
    expected: ['SB2005 7:3 spec.exportTo'],
  },
  { title: 'a policy says something', yaml: policy('{}'), expected: ['SB2003 6:3 spec.trafficPolicy'] },
  {
    title: 'a policy of a port says something',
    yaml: policy('{portLevelSettings: [{port: {number: 80}}]}'),
    expected: ['SB2003 6:39 spec.trafficPolicy.portLevelSettings[0]'],
  },
  {
    title: 'an enum has known values',
    yaml: policy('{loadBalancer: {simple: RANDM}}'),
    expected: ['SB2004 6:42 spec.trafficPolicy.loadBalancer.simple'],
  },
  { title: 'an enum may be a number, as in protobuf', yaml: policy('{loadBalancer: {simple: 2}}'), expected: [] },
  {
    title: 'two ways to balance exclude each other',
    yaml: policy('{loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}'),
    expected: ['SB2005 6:50 spec.trafficPolicy.loadBalancer.consistentHash'],
  },
  {
    title: 'two hash keys exclude each other',
    yaml: policy('{loadBalancer: {consistentHash: {useSourceIp: true, httpHeaderName: a}}}'),
    expected: ['SB2005 6:51 spec.trafficPolicy.loadBalancer.consistentHash.useSourceIp'],
  },
  {
    title: 'a Maglev table has a prime size',
    yaml: policy('{loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 65536}}}}'),
    expected: ['SB2004 6:90 spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize'],
  },
  {
    title: 'the shares of localities sum to 100',
    yaml: policy('{loadBalancer: {localityLbSetting: {distribute: [{from: a, to: {b: 60, c: 50}}]}}}'),
    expected: ['SB2004 6:77 spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to'],
  },
  {
    title: 'a failover goes to another region',
    yaml: policy('{loadBalancer: {localityLbSetting: {failover: [{from: a, to: a}]}}}'),
    expected: ['SB2004 6:65 spec.trafficPolicy.loadBalancer.localityLbSetting.failover[0]'],
  },
  {
    title: 'a connection pool says something',
    yaml: policy('{connectionPool: {}}'),
    expected: ['SB2003 6:19 spec.trafficPolicy.connectionPool'],
  },
  {
    title: 'a limit is not negative',
    yaml: policy('{connectionPool: {tcp: {maxConnections: -1}}}'),
    expected: ['SB2004 6:58 spec.trafficPolicy.connectionPool.tcp.maxConnections'],
  },
  {
    title: 'local failures need the split',
    yaml: policy('{outlierDetection: {consecutiveLocalOriginFailures: 1}}'),
    expected: ['SB2005 6:38 spec.trafficPolicy.outlierDetection.consecutiveLocalOriginFailures'],
  },
  {
    title: 'mutual TLS needs a certificate',
    yaml: policy('{tls: {mode: MUTUAL}}'),
    expected: ['SB2003 6:19 spec.trafficPolicy.tls'],
  },
  {
    title: 'a credential and files exclude each other',
    yaml: policy('{tls: {mode: SIMPLE, credentialName: a, caCertificates: b}}'),
    expected: ['SB2005 6:58 spec.trafficPolicy.tls.caCertificates'],
  },
  {
    title: 'a tunnel has no PROXY protocol',
    yaml: policy('{tunnel: {targetHost: a.b, targetPort: 1}, proxyProtocol: {version: V1}}'),
    expected: ['SB2005 6:61 spec.trafficPolicy.proxyProtocol'],
  },
])('$title', ({ yaml, expected }) => {
  expect(summaries(yaml)).toEqual(expected)
})
