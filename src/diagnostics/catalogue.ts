export type Severity = 'error' | 'warning' | 'info'

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
  SB1004: { severity: 'error', stage: 'file', title: 'a duplicate key in a mapping' },
  SB1005: { severity: 'error', stage: 'file', title: 'the file is larger than any config needs to be' },
  SB1006: { severity: 'error', stage: 'file', title: 'a document is not a resource' },
  SB1007: { severity: 'info', stage: 'file', title: 'a resource of another kind is ignored' },
  SB1008: { severity: 'error', stage: 'file', title: 'a traffic resource has an unknown version or kind' },
  SB1010: { severity: 'warning', stage: 'file', title: 'versions of YAML read a value differently' },
  SB1011: { severity: 'warning', stage: 'file', title: 'a YAML tag means nothing here' },
  SB1012: { severity: 'warning', stage: 'file', title: 'a suppression gives no reason' },
  SB1013: { severity: 'warning', stage: 'file', title: 'a suppression cannot be understood' },
  SB1014: { severity: 'info', stage: 'file', title: 'a suppression suppresses nothing' },
  SB1015: { severity: 'warning', stage: 'file', title: 'a finding that cannot be suppressed' },
  SB1016: { severity: 'warning', stage: 'file', title: 'a resource that routes or guards is not read' },
  SB1017: { severity: 'warning', stage: 'file', title: 'nothing in the files is read' },
  SB1018: { severity: 'info', stage: 'file', title: 'the files hold no resource' },
  SB2001: { severity: 'error', stage: 'schema', title: 'unknown field' },
  SB2002: { severity: 'error', stage: 'schema', title: 'wrong type' },
  SB2003: { severity: 'error', stage: 'schema', title: 'a required field is missing' },
  SB2004: { severity: 'error', stage: 'schema', title: 'the value is not allowed here' },
  SB2005: { severity: 'error', stage: 'schema', title: 'fields that exclude each other' },
  SB2006: { severity: 'error', stage: 'schema', title: 'the regex is not RE2' },
  SB2007: { severity: 'warning', stage: 'schema', title: 'Kubernetes would refuse the way it is written' },
  IST0002: { severity: 'warning', stage: 'schema', title: 'a deprecated field' },
  SB2008: { severity: 'warning', stage: 'schema', title: 'a condition is written, but empty' },
  SB2009: { severity: 'warning', stage: 'schema', title: 'a host is not written as requests name it' },
  SB2010: { severity: 'warning', stage: 'schema', title: 'the value is ignored' },
  IST0101: { severity: 'error', stage: 'reference', title: 'a reference names nothing that exists' },
  IST0112: { severity: 'error', stage: 'reference', title: 'the destination must name a port' },
  IST0109: { severity: 'error', stage: 'conflict', title: 'two VirtualServices of the default listener share a host' },
  IST0132: { severity: 'warning', stage: 'reference', title: 'the gateway does not serve this host' },
  IST0173: { severity: 'error', stage: 'reference', title: 'a subset selects no endpoint' },
  IST0174: { severity: 'warning', stage: 'reference', title: 'a policy is for a host that nothing declares' },
  SB3001: { severity: 'info', stage: 'reference', title: 'a delegate is in a namespace that is not here' },
  SB3002: { severity: 'info', stage: 'reference', title: 'a subset selects labels on a host without endpoints' },
  SB3003: { severity: 'warning', stage: 'reference', title: 'a host is declared without endpoints' },
  SB4001: { severity: 'error', stage: 'conflict', title: 'a resource is declared twice' },
  IST0145: { severity: 'error', stage: 'conflict', title: 'two Gateways claim one port and host' },
  IST0177: { severity: 'warning', stage: 'conflict', title: 'two ServiceEntries give one port two protocols' },
  SB4002: { severity: 'error', stage: 'conflict', title: 'two VirtualServices match every request of one host' },
  SB4003: { severity: 'warning', stage: 'conflict', title: 'two DestinationRules for one host conflict' },
  SB4004: { severity: 'warning', stage: 'conflict', title: 'two servers use different protocols on one port' },
  SB5001: { severity: 'info', stage: 'reach', title: 'a resource is not for this edge' },
  SB5002: { severity: 'warning', stage: 'reach', title: 'a rule of a delegate does not fit under its root' },
  IST0130: { severity: 'warning', stage: 'reach', title: 'a rule can never match' },
  IST0131: { severity: 'warning', stage: 'reach', title: 'a match can never be used' },
  SB5003: { severity: 'warning', stage: 'reach', title: 'a rule is reached only because catch-alls come last' },
  SB5004: { severity: 'info', stage: 'reach', title: 'only the order of two resources decides between their rules' },
  SB5005: { severity: 'warning', stage: 'reach', title: 'a rule names a host that a more specific one serves' },
  SB5006: { severity: 'info', stage: 'reach', title: 'a host does not fall back to the rules of a wildcard' },
  SB5007: { severity: 'warning', stage: 'reach', title: 'a prefix also catches its neighbour' },
  SB5008: { severity: 'warning', stage: 'reach', title: 'a rewrite produces an unlikely path' },
  SB5009: { severity: 'warning', stage: 'reach', title: 'no request can meet the condition' },
  SB5010: { severity: 'warning', stage: 'reach', title: 'a path is written like a glob' },
  SB5011: { severity: 'warning', stage: 'reach', title: 'a substitution is literal text, or has no effect' },
  SB5012: { severity: 'warning', stage: 'reach', title: 'a whole URL stands where a part of one belongs' },
  SB5013: { severity: 'warning', stage: 'reach', title: 'a redirect leads back to its own rule' },
  SB5014: { severity: 'warning', stage: 'reach', title: 'a regex of a path is anchored at one end' },
  SB6001: { severity: 'info', stage: 'effect', title: 'the field has no effect yet' },
  SB6002: { severity: 'error', stage: 'effect', title: 'a guard cannot be enforced' },
  SB6003: { severity: 'info', stage: 'effect', title: 'a rule is for other clients' },
  SB6004: { severity: 'info', stage: 'effect', title: 'the target ignores the field' },
  SB6005: { severity: 'info', stage: 'effect', title: 'the target cannot reach an endpoint' },
  SB6006: { severity: 'info', stage: 'effect', title: 'the target enforces a guard by its own settings' },
  SB6007: { severity: 'warning', stage: 'effect', title: 'the field has nothing to act on' },
  SB6008: { severity: 'info', stage: 'effect', title: 'a weight of 0' },
  SB6009: { severity: 'warning', stage: 'effect', title: 'a timeout is shorter than its tries' },
  SB6010: { severity: 'info', stage: 'effect', title: 'requests that write may be sent twice' },
  SB6011: { severity: 'warning', stage: 'effect', title: 'a destination is named twice' },
  SB6012: { severity: 'warning', stage: 'effect', title: 'every site may use the credentials of its visitors' },
  SB6013: { severity: 'warning', stage: 'effect', title: 'a header is set and removed' },
  SB6014: { severity: 'warning', stage: 'effect', title: 'a large body in the routes' },
  SB6015: { severity: 'info', stage: 'effect', title: 'a host is dialled by its name' },
  SB6016: { severity: 'info', stage: 'effect', title: 'a fault without a percentage never happens' },
  SB6017: { severity: 'info', stage: 'effect', title: 'outlier detection never ejects an endpoint' },
  SB6018: { severity: 'info', stage: 'effect', title: 'a limit on pending requests without a limit on connections' },
} as const satisfies Record<string, CatalogueEntry>

export type DiagnosticCode = keyof typeof catalogue
