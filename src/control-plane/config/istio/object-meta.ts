import { z } from 'zod'
import { type Decoded, message } from '../schema/message.ts'
import { requiredShape, requiredText, scalarField, text } from '../schema/scalar-field.ts'
import { anyLabels } from './scalar/label.ts'

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[-+]\d{2}:\d{2})$/

/** Milliseconds since 1970. */
const timestamp = scalarField(requiredShape, (written, report) => {
  if (typeof written !== 'string') {
    report({ code: 'SB2002', expected: 'text' })
    return 0
  }
  const ms = rfc3339.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(ms)) {
    report({ code: 'SB2004', message: `"${written}" is not a time`, help: 'write for example 2024-01-15T12:30:00Z' })
  }
  return ms
})

const ignored = z.unknown().optional()

/**
 * The metadata of a resource. What kubectl adds and routing does not ask for is taken as it is.
 *
 * Source: Kubernetes ObjectMeta.
 */
export const objectMeta = message(
  'ObjectMeta',
  {
    name: requiredText('the name of a resource'),
    namespace: text.optional(),
    labels: anyLabels,
    annotations: anyLabels,
    creationTimestamp: timestamp.optional(),
    generateName: ignored,
    uid: ignored,
    resourceVersion: ignored,
    generation: ignored,
    selfLink: ignored,
    clusterName: ignored,
    managedFields: ignored,
    finalizers: ignored,
    ownerReferences: ignored,
    deletionTimestamp: ignored,
    deletionGracePeriodSeconds: ignored,
    initializers: ignored,
  },
  { mainField: 'name' },
)

export type ObjectMeta = Decoded<typeof objectMeta>

/** Whether Kubernetes takes `name` as the name of a resource. Source: RFC 1123 subdomain, at most 253 characters. */
export function isKubernetesName(name: string): boolean {
  return name.length <= 253 && name.split('.').every(label => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(label))
}

/** Whether Kubernetes takes `name` as the name of a namespace. Source: RFC 1123 label, at most 63 characters. */
export function isKubernetesNamespace(name: string): boolean {
  return name.length <= 63 && !name.includes('.') && isKubernetesName(name)
}
