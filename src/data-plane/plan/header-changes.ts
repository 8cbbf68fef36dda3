import type { HeaderChanges } from '../../fib/header-changes.ts'
import type { ValueOperator, ValueTemplate } from '../../fib/value-template.ts'
import type { ChangeableHeaders } from '../platform.ts'

/** What operators in header values stand for at one moment of a request; what is not known yet is undefined. */
export interface TemplateValues {
  /** A request header as it now is, pseudo headers included. */
  request(name: string): string | undefined
  /** A response header as it came from upstream. */
  response(name: string): string | undefined
  readonly clientAddress: string | undefined
  readonly protocol: string
  /** 0 where the gateway itself answers. */
  readonly responseCode: number | undefined
  readonly responseFlags: string
  readonly routeName: string | undefined
  readonly startMs: number
  readonly clusterName: string | undefined
  readonly upstreamHost: string | undefined
}

/** Makes changes block by block, in place. */
export function changeHeaders(
  headers: ChangeableHeaders,
  blocks: readonly HeaderChanges[],
  values: TemplateValues,
): void {
  for (const { remove, put } of blocks) {
    for (const name of remove) headers.delete(name)
    const formatted = put.map(({ value }) => formatValue(value, values))
    for (const [index, { name, appends }] of put.entries()) {
      const value = formatted[index]!
      if (value === '') continue
      if (appends) headers.append(name, value)
      else headers.set(name, value)
    }
  }
}

/** The text that a template stands for now. Line breaks cannot get into it: no header may become two. */
function formatValue(template: ValueTemplate, values: TemplateValues): string {
  const text = template.map(part => (typeof part === 'string' ? part : (operatorValue(part, values) ?? ''))).join('')
  return text.replace(/[\r\n\0]/g, '')
}

function operatorValue(part: ValueOperator, values: TemplateValues): string | undefined {
  switch (part.operator) {
    case 'REQ':
    case 'RESP': {
      const read = part.operator === 'REQ' ? values.request : values.response
      const value = read(part.header) ?? (part.fallback === undefined ? undefined : read(part.fallback))
      return part.maxLength === undefined ? value : value?.slice(0, part.maxLength)
    }
    case 'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT':
      return values.clientAddress
    case 'PROTOCOL':
      return values.protocol
    case 'RESPONSE_CODE':
      return values.responseCode === undefined ? undefined : String(values.responseCode)
    case 'RESPONSE_FLAGS':
      return values.responseFlags
    case 'ROUTE_NAME':
      return values.routeName
    case 'START_TIME':
      return new Date(values.startMs).toISOString()
    case 'UPSTREAM_CLUSTER':
      return values.clusterName
    case 'UPSTREAM_HOST':
      return values.upstreamHost
    default:
      return part satisfies never
  }
}
