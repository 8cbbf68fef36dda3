import { visible } from '../../diagnostics/visible.ts'
import { version } from '../launch/version.ts'
import { describeTable, type TableFacts } from '../words/table-facts.ts'

export interface WelcomeFacts {
  /** The folders of routes, or single files. */
  readonly targets: readonly string[]
  readonly origins: 'echo' | 'real'
  readonly url: URL
  readonly facts: TableFacts
}

const originsExplained = {
  echo: 'echo, every endpoint returns the request (--origins real: the real endpoints)',
  real: 'real, requests go to the endpoints',
} as const

/** What `dev` says once it serves: what, where, what to try, and how to end it. */
export function welcome({ targets, origins, url, facts }: WelcomeFacts): string {
  const request = exampleRequest(facts.firstDomains, url)
  return [
    `signalbox ${version} serves ${describeTable(facts)} at ${url.origin}`,
    `origins  ${originsExplained[origins]}`,
    ...(request === undefined ? [] : [`try      ${request}`]),
    `edit     ${targets.map(visible).join(' or ')} and save: the next requests use the new routes`,
    'Ctrl-C ends',
  ].join('\n')
}

/** A command that reaches the virtual host with these domains, or undefined where it has none. */
export function exampleRequest(domains: readonly string[], url: URL): string | undefined {
  const domain = domains.find(each => !each.startsWith('*')) ?? domains[0]
  if (domain === undefined) return undefined
  // What is printed is meant to be pasted into a shell.
  const host = domain.replace(/^\*\./, 'www.').replace(/[^a-z0-9.-]/g, '')
  return host === '' ? `curl ${url.origin}/` : `curl -H 'host: ${host}' ${url.origin}/`
}
