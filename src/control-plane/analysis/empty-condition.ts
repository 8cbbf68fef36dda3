import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { removedFrom } from '../config/schema/salvage.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'

/**
 * Conditions whose key is written and whose value is not: they count as absent, so that the rule takes more requests
 * than it seems to (SB2008). A port of 0 is none, too.
 */
export function findEmptyConditions({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(emptyConditionsIn)
}

const emptyConditionsIn = rememberedAs('empty conditions', (virtualService: VirtualServiceResource) => {
  const { http } = fieldsOf(fieldsOf(virtualService.written).spec)
  if (!Array.isArray(http)) return []
  const lost = removedFrom(virtualService.written)
  return http
    .flatMap((rule, index) => {
      const { match } = fieldsOf(rule)
      const path = ['spec', 'http', index, 'match']
      if (match === null) return [path]
      return Array.isArray(match) ? match.flatMap((each, at) => emptyIn(each, [...path, at])) : []
    })
    .filter(path => !lost.some(each => isWithin(each, path)))
    .map(path => finding(virtualService, path))
})

/** Whether what was lost is the field at `path`, or was inside it. */
function isWithin(lost: readonly PropertyKey[], path: FieldPath): boolean {
  return path.every((step, index) => lost[index] === step)
}

function emptyIn(written: unknown, path: FieldPath): FieldPath[] {
  return Object.entries(fieldsOf(written)).flatMap(([field, value]) => {
    const place = [...path, field]
    if (value === null || (field === 'port' && value === 0)) return [place]
    return typeof value === 'object' && !Array.isArray(value) ? emptyIn(value, place) : []
  })
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function finding(virtualService: VirtualServiceResource, path: FieldPath): Diagnostic {
  const field = path.at(-1)
  const isPort = field === 'port'
  return diagnose('SB2008', {
    message: isPort ? '`port: 0` counts as no condition' : `\`${field}\` is written without a value`,
    span: isPort ? virtualService.spanOf(path) : virtualService.keySpanOf(path),
    label: 'counts as absent',
    path: formatPath(path),
    resource: virtualService.title,
    why: field === 'match' ? 'the rule takes every request' : 'the match takes requests with any value',
    help: 'write the value to match, or remove it',
  })
}
