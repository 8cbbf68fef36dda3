import type { Severity } from './diagnostic.ts'

/**
 * How far the reading of a config had come when the fault was found. The first digit of our own codes says it too:
 * 1 file, 2 schema, 3 reference, 4 conflict, 5 reach, 6 effect.
 */
export type Stage = 'file' | 'schema' | 'reference' | 'conflict' | 'reach' | 'effect'

interface CatalogueEntry {
  readonly severity: Severity
  readonly stage: Stage
  readonly title: string
}

/**
 * Every code that can be printed. A code keeps its meaning for ever and is never used again for another one.
 * `ISTnnnn` is used where `istioctl analyze` finds the same thing, `SBnnnn` otherwise.
 */
export const catalogue = {
  SB1001: { severity: 'error', stage: 'file', title: 'the YAML cannot be read' },
  SB1002: { severity: 'error', stage: 'file', title: 'the file is not UTF-8 text' },
  SB1003: { severity: 'error', stage: 'file', title: 'a tab indents a line' },
  SB1004: { severity: 'error', stage: 'file', title: 'a key stands twice in one mapping' },
  SB1005: { severity: 'error', stage: 'file', title: 'the file is larger than any config needs to be' },
  SB1006: { severity: 'error', stage: 'file', title: 'a document is not a resource' },
  SB1007: { severity: 'info', stage: 'file', title: 'a resource of another kind is ignored' },
  SB1008: { severity: 'error', stage: 'file', title: 'a traffic resource has an unknown version or kind' },
  SB1009: { severity: 'error', stage: 'file', title: 'nothing to read' },
  SB1010: { severity: 'warning', stage: 'file', title: 'versions of YAML read a value differently' },
  SB1011: { severity: 'warning', stage: 'file', title: 'a YAML tag means nothing here' },
  SB2001: { severity: 'error', stage: 'schema', title: 'unknown field' },
  SB2002: { severity: 'error', stage: 'schema', title: 'wrong type' },
  SB2003: { severity: 'error', stage: 'schema', title: 'a required field is missing' },
  SB2004: { severity: 'error', stage: 'schema', title: 'the value is not allowed here' },
  SB2005: { severity: 'error', stage: 'schema', title: 'fields that exclude each other' },
  SB2006: { severity: 'error', stage: 'schema', title: 'the regex is not RE2' },
  SB2007: { severity: 'warning', stage: 'schema', title: 'Kubernetes would refuse the way it is written' },
  IST0101: { severity: 'error', stage: 'reference', title: 'a reference names nothing that exists' },
  IST0112: { severity: 'error', stage: 'reference', title: 'the destination must name a port' },
  IST0109: { severity: 'error', stage: 'conflict', title: 'two VirtualServices of the default listener share a host' },
  IST0132: { severity: 'warning', stage: 'reference', title: 'the gateway does not serve this host' },
  IST0173: { severity: 'error', stage: 'reference', title: 'a subset selects no endpoint' },
  SB4001: { severity: 'error', stage: 'conflict', title: 'a resource is declared twice' },
  SB5001: { severity: 'info', stage: 'reach', title: 'a resource is not for this edge' },
  SB5002: { severity: 'warning', stage: 'reach', title: 'a rule of a delegate does not fit under its root' },
  SB6001: { severity: 'warning', stage: 'effect', title: 'the field has no effect yet' },
  SB6002: { severity: 'error', stage: 'effect', title: 'a guard cannot be enforced' },
  SB6003: { severity: 'info', stage: 'effect', title: 'a rule is meant for other clients' },
} as const satisfies Record<string, CatalogueEntry>

export type DiagnosticCode = keyof typeof catalogue
