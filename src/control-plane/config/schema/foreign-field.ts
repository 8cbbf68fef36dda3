/**
 * What fields of other routing APIs, of older Istio and of common memory are called here, by message and name.
 */
export const foreignFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  VirtualService: {
    rules: 'http',
    routes: 'http',
    hostnames: 'hosts',
    parentRefs: 'gateways',
    httpRoutes: 'http',
  },
  HTTPRoute: {
    matches: 'match',
    backendRefs: 'route',
    backends: 'route',
    destinations: 'route',
    forward: 'route',
    timeoutSeconds: 'timeout',
    requestTimeout: 'timeout',
    timeouts: 'timeout',
    retryPolicy: 'retries',
    cors: 'corsPolicy',
    shadow: 'mirror',
  },
  HTTPMatchRequest: {
    path: 'uri',
    paths: 'uri',
    pathPrefix: 'uri',
    url: 'uri',
    host: 'authority',
    hosts: 'authority',
    hostname: 'authority',
    methods: 'method',
    query: 'queryParams',
    params: 'queryParams',
    ignoreCase: 'ignoreUriCase',
    caseSensitive: 'ignoreUriCase',
  },
  StringMatch: {
    equals: 'exact',
    value: 'exact',
    startsWith: 'prefix',
    pathPrefix: 'prefix',
    pattern: 'regex',
    matches: 'regex',
    safeRegex: 'regex',
  },
  HTTPRouteDestination: { percent: 'weight', percentage: 'weight', backend: 'destination', service: 'destination' },
  Destination: { hosts: 'host', hostname: 'host', service: 'host', name: 'host', address: 'host', version: 'subset' },
  HTTPRetry: {
    retryCount: 'attempts',
    retries: 'attempts',
    maxRetries: 'attempts',
    numRetries: 'attempts',
    count: 'attempts',
    timeout: 'perTryTimeout',
    // `on`, as YAML 1.1 reads it.
    true: 'retryOn',
    conditions: 'retryOn',
  },
  'HTTPFaultInjection.Abort': {
    httpCode: 'httpStatus',
    code: 'httpStatus',
    status: 'httpStatus',
    statusCode: 'httpStatus',
  },
  'HTTPFaultInjection.Delay': { duration: 'fixedDelay', delay: 'fixedDelay' },
  HTTPRedirect: {
    code: 'redirectCode',
    status: 'redirectCode',
    statusCode: 'redirectCode',
    path: 'uri',
    host: 'authority',
    hostname: 'authority',
  },
  HTTPDirectResponse: { code: 'status', statusCode: 'status', httpStatus: 'status' },
  HTTPRewrite: { path: 'uri', prefix: 'uri', regex: 'uriRegexRewrite', host: 'authority', hostname: 'authority' },
  CorsPolicy: {
    origins: 'allowOrigins',
    methods: 'allowMethods',
    headers: 'allowHeaders',
    credentials: 'allowCredentials',
  },
  Subset: { selector: 'labels', matchLabels: 'labels', version: 'labels' },
  PortSelector: { port: 'number' },
  ServicePort: { port: 'number', containerPort: 'targetPort' },
  Port: { port: 'number', hosts: 'name' },
  WorkloadEntry: { host: 'address', hostname: 'address', ip: 'address', port: 'ports' },
  OutlierDetection: { consecutive5xx: 'consecutive5xxErrors', consecutiveGatewayFailure: 'consecutiveGatewayErrors' },
}

/** What to do about fields that cannot just be called otherwise, by message and name. */
export const misunderstoodFields: Readonly<Record<string, Readonly<Record<string, Advice>>>> = {
  PortSelector: { name: { help: 'select a port by its number, for example `number: 80`', meant: 'number' } },
  Destination: {
    destination: { help: 'write its fields here, without `destination`', meant: 'host' },
  },
}

interface Advice {
  readonly help: string
  /** The field that it stands for. */
  readonly meant: string
}

/** Fields that Istio once had, and what came of them. */
export const removedFields: Readonly<Record<string, string>> = {
  websocketUpgrade: 'remove it: Istio has no switch for WebSockets any more',
  appendHeaders: 'write `headers.request.add`',
  appendRequestHeaders: 'write `headers.request.add`',
  removeRequestHeaders: 'write `headers.request.remove`',
  appendResponseHeaders: 'write `headers.response.add`',
  removeResponseHeaders: 'write `headers.response.remove`',
}
