import type { Paint } from '../../diagnostics/paint.ts'
import { count } from '../words/count.ts'
import { changeSummary, countWords } from './change-summary.ts'
import type { ClusterChange, EndpointChange } from './cluster-changes.ts'
import { differenceLines, short } from './difference-lines.ts'
import { fitSections, type LineGroup, renderSection } from './fit-sections.ts'
import type { HostChange, HostsChanged, HostsComeOrGone } from './host-changes.ts'
import type { ListenerChange } from './listener-changes.ts'
import { mark, routeChangeLines } from './render-route-changes.ts'
import type { TableChanges } from './table-changes.ts'

/** How many lines changes take at most, with the one that sums them up. */
const mostLines = 40
/** How many of them one host takes where others changed, too. */
const mostOfHost = 10
/** How many domains of a host, or listeners, are named. */
const mostNames = 3
const mostEndpoints = 6
const widestHost = 40

/**
 * Changes for people, one a line, as `explain` writes: first all of them in one line, then what goes, what changes and
 * what comes. Bounded, however much changes.
 */
export function renderChanges(changes: TableChanges, paint: Paint): string[] {
  const { listeners, hosts, clusters } = changes
  const sections = [
    told({ items: listeners, noun: 'more listener', lines: each => listenerLines(each, paint) }),
    told(hostSection(hosts.filter(isComeOrGone('removed')), paint)),
    told(
      changedSection(
        hosts.filter(host => host.kind === 'changed'),
        paint,
      ),
    ),
    told(hostSection(hosts.filter(isComeOrGone('added')), paint)),
    told({ items: clusters.changed, noun: 'more cluster', lines: each => clusterLines(each, paint) }),
  ].filter(({ blocks }) => blocks.length > 0)
  const lines = [changeSummary(changes), ...fitSections(sections, mostLines - 1, paint)]
  return lines.map((line, index) => `${paint('dim', (index === 0 ? 'changes' : '').padEnd(10))}${line}`)
}

/** Things are rendered no further than there can be room for. */
function told<Item>(section: LineGroup<Item>) {
  return renderSection(section, mostLines)
}

function listenerLines({ kind, name, differences }: ListenerChange, paint: Paint): string[] {
  const [first = '', ...more] = differenceLines(differences, paint)
  return [`${mark(kind, paint)} listener  ${short(name)}   ${first}`.trimEnd(), ...more.map(line => `    ${line}`)]
}

function isComeOrGone(wanted: HostsComeOrGone['kind']) {
  return (host: HostChange): host is HostsComeOrGone => host.kind === wanted
}

function hostSection(hosts: readonly HostsComeOrGone[], paint: Paint): LineGroup<HostsComeOrGone> {
  const width = nameWidth(hosts)
  return {
    items: hosts,
    noun: 'more host',
    size: ({ domains }) => domains.length,
    lines: host => [hostLine(host, count(host.routes, 'route'), width, paint)],
  }
}

function changedSection(hosts: readonly HostsChanged[], paint: Paint): LineGroup<HostsChanged> {
  const width = nameWidth(hosts)
  const most = hosts.length > 1 ? mostOfHost : mostLines
  return {
    items: hosts,
    noun: 'more host',
    size: ({ domains }) => domains.length,
    lines: (host, room) => {
      const { removed, added, moved, renamed, changed } = host.counts
      const counts = countWords('route', { removed, added, moved, renamed, changed })
      const head = hostLine(host, `${counts}, of ${host.routesAfter}`, width, paint)
      return [head, ...routeChangeLines(host, Math.min(room, most) - 1, paint).map(line => `    ${line}`)]
    },
  }
}

function hostLine(host: HostChange, what: string, width: number, paint: Paint): string {
  const listeners = paint('dim', `(${namesWords(host.listeners)})`)
  return `${mark(host.kind, paint)} host  ${namesWords(host.domains).padEnd(width)}   ${what}   ${listeners}`
}

function nameWidth(hosts: readonly HostChange[]): number {
  const widths = hosts.slice(0, mostLines).map(({ domains }) => namesWords(domains).length)
  return Math.max(0, ...widths.filter(width => width <= widestHost))
}

/** `a.example.com, b.example.com and 4 more`. */
function namesWords(names: readonly string[]): string {
  const words = names.slice(0, mostNames).map(name => short(name))
  const left = names.length - words.length
  return `${words.join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

function clusterLines({ name, endpoints, endpointsAfter, differences }: ClusterChange, paint: Paint): string[] {
  const shown = endpoints.slice(0, mostEndpoints).map(each => endpointLine(each, paint))
  const left = endpoints.length - shown.length
  const none = endpointsAfter === 0 ? [paint('bad', 'no endpoint is left: its requests get 503')] : []
  const details = [
    ...shown,
    ...(left > 0 ? [paint('dim', `… and ${count(left, 'more endpoint')}`)] : []),
    ...none,
    ...differenceLines(differences, paint),
  ]
  return [`${mark('changed', paint)} cluster  ${short(name)}`, ...details.map(line => `    ${line}`)]
}

function endpointLine({ endpoint, from, to }: EndpointChange, paint: Paint): string {
  const facts = (from ?? to)!
  if (!from || !to) {
    const weight = facts.weight === 1 ? '' : `   weight ${facts.weight}`
    return `${mark(to ? 'added' : 'removed', paint)} endpoint  ${facts.scheme} ${short(endpoint)}${weight}`
  }
  const scheme = from.scheme === to.scheme ? from.scheme : `${from.scheme} → ${to.scheme}`
  const weight = from.weight === to.weight ? '' : `   weight ${from.weight} → ${to.weight}`
  return `${mark('changed', paint)} endpoint  ${scheme} ${short(endpoint)}${weight}`
}
