import type { Severity } from './catalogue.ts'
import { catalogue, type DiagnosticCode } from './catalogue.ts'
import type { CodePage } from './code-page.ts'
import { jsonText } from './json-text.ts'
import { pageUri } from './page-uri.ts'
import { allFindings, type Finding, type Report } from './report.ts'
import type { Span } from './span.ts'

export interface SarifOptions {
  /** The pages that explain the codes, for the alerts to show. */
  readonly pages: ReadonlyMap<DiagnosticCode, CodePage>
  /** The path from the root of the repository to a file, the same in every run. */
  readonly pathOf: (file: string) => string
  /** A short text that is the same for the same text, and another for another. */
  readonly hash: (text: string) => string
}

/** SARIF has no "info". */
const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>
/** GitHub's names for the severities of alerts. */
const alertSeverities = { error: 'error', warning: 'warning', info: 'recommendation' } as const

/**
 * A report as SARIF 2.1.0, as GitHub code scanning reads it, with a line feed at its end. Findings that a comment
 * suppresses are in it, and said to be suppressed.
 *
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html,
 * https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function renderSarif(report: Report, options: SarifOptions): string {
  const findings = allFindings(report)
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  const fingerprints = fingerprinter(options)
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            semanticVersion: report.tool.version,
            rules: codes.map(code => ruleFor(code, options.pages.get(code))),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [sourceRoot]: { description: { text: 'the root of the repository' } } },
        results: findings.map(finding => ({
          ruleId: finding.code,
          ruleIndex: codes.indexOf(finding.code),
          ...resultFor(finding, options.pathOf),
          partialFingerprints: { 'signalboxFinding/v1': fingerprints(finding) },
        })),
      },
    ],
  }
  return jsonText(log)
}

const sourceRoot = '%SRCROOT%'

function ruleFor(code: DiagnosticCode, page: CodePage | undefined) {
  const { title, severity, stage } = catalogue[code]
  return {
    id: code,
    name: pascalCase(title),
    shortDescription: { text: title },
    fullDescription: { text: page?.summary ?? title },
    help: { text: page?.text ?? title, ...(page && { markdown: page.markdown }) },
    helpUri: pageUri(code),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['istio', stage],
      precision: stage === 'file' || stage === 'schema' ? 'very-high' : 'high',
      'problem.severity': alertSeverities[severity],
    },
  }
}

/** `a required field is missing` as `ARequiredFieldIsMissing`. */
function pascalCase(title: string): string {
  const words = title.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return words.map(word => word[0]!.toUpperCase() + word.slice(1)).join('')
}

function resultFor(finding: Finding, pathOf: SarifOptions['pathOf']) {
  const { severity, span, resource, path, related = [], suppression } = finding
  const name = logicalName(finding)
  const logicalLocations = name ? [{ fullyQualifiedName: name, kind: path === undefined ? 'resource' : 'member' }] : []
  const place = {
    ...(span && { physicalLocation: physicalLocation(span, pathOf) }),
    ...(logicalLocations.length > 0 && { logicalLocations }),
  }
  return {
    level: levels[severity],
    message: { text: messageText(finding) },
    ...(span || resource ? { locations: [place] } : {}),
    ...(related.length > 0 && {
      relatedLocations: related.map((each, index) => ({
        id: index + 1,
        message: { text: each.message },
        physicalLocation: physicalLocation(each.span, pathOf),
      })),
    }),
    ...(suppression && {
      suppressions: [
        {
          kind: 'inSource',
          status: 'accepted',
          justification: suppression.reason,
          location: { physicalLocation: physicalLocation(suppression.span, pathOf) },
        },
      ],
    }),
  }
}

function logicalName({ resource, path }: Finding): string {
  return [resource, path].filter(Boolean).join(' ')
}

function physicalLocation({ file, start, end }: Span, pathOf: SarifOptions['pathOf']) {
  return {
    artifactLocation: { uri: uriPath(pathOf(file)), uriBaseId: sourceRoot },
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  }
}

/** A path as a relative URI: characters that a URI has not are escaped, and a colon, which would begin one. */
function uriPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** What is wrong, why it matters, what to do, and links to the related places. */
function messageText({ message, why, help, related = [] }: Finding): string {
  const links = related.map((each, index) => `See: [${escapeBrackets(each.message)}](${index + 1}).`)
  return [sentence(message), why && sentence(`Why: ${why}`), help && sentence(`Help: ${help}`), ...links]
    .filter(Boolean)
    .join(' ')
}

/** In SARIF, brackets in the text of a link are escaped (§3.11.6). */
function escapeBrackets(text: string): string {
  return text.replace(/[[\]\\]/g, '\\$&')
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}

/**
 * What a finding is known by from run to run: its code, resource and field, not its line, so that an alert survives
 * edits above it; where it is in no resource, the file and the message. Several alike are numbered in their order.
 */
function fingerprinter({ hash, pathOf }: SarifOptions): (finding: Finding) => string {
  const seen = new Map<string, number>()
  return finding => {
    const { code, span, message } = finding
    const place = logicalName(finding) || [span ? pathOf(span.file) : '', message].join('\0')
    const known = [code, place].join('\0')
    const before = seen.get(known) ?? 0
    seen.set(known, before + 1)
    return hash(before === 0 ? known : `${known}\0${before}`)
  }
}
