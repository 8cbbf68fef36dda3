import { decide, type Explanation } from '../../../src/cli/explain/decide.ts'
import { parseRequest } from '../../../src/cli/explain/parse-request.ts'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import type { ClientContext } from '../../../src/fib/request-head.ts'
import type { ServeRuntime } from '../../../src/fib/runtime.ts'
import { openTable } from '../../../src/fib/view.ts'
import { documents, serviceEntry, sourceFiles } from '../../control-plane/source-files.ts'

/** What is asked of one file of routes. */
export interface Asking {
  readonly method?: string
  readonly url?: string
  readonly headers?: readonly string[]
  readonly random?: number
  readonly listener?: string
  readonly client?: ClientContext
  readonly runtime?: ServeRuntime
  /** What stands in `mesh.yaml`. */
  readonly mesh?: string
}

/** The decision of a VirtualService for `a.example` with these rules, as lines of YAML; beside it stands `origin.example`. */
export function explainRules(rules: string, asking: Asking = {}): Explanation {
  const virtualService = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [a.example]
  http:
${rules.replace(/^\n/, '').trimEnd()}
`
  return explainText(documents(virtualService, serviceEntry('origin.example', '10.0.0.1 v1', '10.0.0.2 v2')), asking)
}

/** The decision of one file, `shop.yaml`. */
export function explainText(text: string, asking: Asking = {}): Explanation {
  const {
    method = 'GET',
    url = 'http://a.example/x',
    headers = [],
    random = 0.5,
    listener,
    client,
    runtime,
    mesh,
  } = asking
  const { table, rib, diagnostics } = compileRoutes(
    sourceFiles({ 'shop.yaml': text, ...(mesh !== undefined && { 'mesh.yaml': mesh }) }),
  )
  if (!table || !rib) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const asked = parseRequest(method, url, headers)
  if (asked.kind === 'unusable') throw new Error(asked.reason)
  const namedListener = listener === undefined ? {} : { namedListener: { listener, port: 80 } }
  return decide({
    request: asked.request,
    ...namedListener,
    ...(client && { client }),
    ...(runtime && { runtime }),
    table: openTable(table),
    rib,
    random,
    nowMs: 0,
  })
}
