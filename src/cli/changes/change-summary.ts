import { visible } from '../../diagnostics/visible.ts'
import { count } from '../words/count.ts'
import { aspects } from './difference.ts'
import type { HostChange, HostsChanged } from './host-changes.ts'
import { changesAnything, type TableChanges } from './table-changes.ts'

/** All changes in one line: `1 host removed, 2 changed: 3 routes added, 1 changed (weights 1); 1 cluster changed`. */
export function changeSummary(changes: TableChanges): string {
  const { before, after, settings, listeners, hosts, clusters, served } = changes
  if (!before) return `nothing to compare with: ${count(served.after, 'host')}, ${count(after.routes, 'route')}`
  if (!changesAnything(changes)) return 'nothing changes'
  const ofKind = (kind: HostChange['kind']) => namesOf(hosts.filter(host => host.kind === kind))
  const hostWords = countWords('host', {
    removed: ofKind('removed'),
    changed: ofKind('changed'),
    added: ofKind('added'),
  })
  const routes = routeWords(hosts.filter(host => host.kind === 'changed'))
  return [
    routes === '' ? hostWords : `${hostWords}: ${routes}`,
    countWords('listener', {
      removed: listeners.filter(({ kind }) => kind === 'removed').length,
      changed: listeners.filter(({ kind }) => kind === 'changed').length,
      added: listeners.filter(({ kind }) => kind === 'added').length,
    }),
    countWords('cluster', { removed: clusters.removed, changed: clusters.changed.length, added: clusters.added }),
    ...settings.map(({ aspect, from, to }) => visible(`${aspect} ${from.join()} → ${to.join()}`)),
  ]
    .filter(part => part !== '')
    .join('; ')
}

/** `2 routes added, 1 changed`: what is none is not said, and the noun stands once. */
export function countWords(noun: string, counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, howMany]) => howMany > 0)
  return some
    .map(([what, howMany], index) => (index === 0 ? `${count(howMany, noun)} ${what}` : `${howMany} ${what}`))
    .join(', ')
}

/** A host on two listeners is one. */
function namesOf(hosts: readonly HostChange[]): number {
  return new Set(hosts.flatMap(({ domains }) => domains)).size
}

function routeWords(hosts: readonly HostsChanged[]): string {
  const sumOf = (howMany: (host: HostsChanged) => number) => hosts.reduce((sum, host) => sum + howMany(host), 0)
  const words = countWords('route', {
    removed: sumOf(({ counts }) => counts.removed),
    added: sumOf(({ counts }) => counts.added),
    moved: sumOf(({ counts }) => counts.moved),
    renamed: sumOf(({ counts }) => counts.renamed),
    changed: sumOf(({ counts }) => counts.changed),
  })
  const differing = aspects
    .map(aspect => ({ aspect, howMany: sumOf(host => host.aspects[aspect] ?? 0) }))
    .filter(({ howMany }) => howMany > 0)
    .map(({ aspect, howMany }) => `${aspect} ${howMany}`)
  if (differing.length === 0) return words
  return `${words} (${differing.slice(0, mostAspects).join(', ')}${differing.length > mostAspects ? ', …' : ''})`
}

const mostAspects = 5
