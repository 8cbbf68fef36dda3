import type { VirtualHostRow } from '../../fib/layout.ts'
import { openTable, type TableView, virtualHostName } from '../../fib/view.ts'
import { count } from './count.ts'
import { shortVersion } from './short-version.ts'

/** What the command line tells of a table. */
export type TableFacts = Pick<TableView, 'version' | 'virtualHostCount' | 'routeCount'> & {
  /** The domains of the first virtual host; none in an empty table. */
  readonly firstDomains: readonly string[]
}

/** Opens a table and tells what the command line shows of it. */
export function readTableFacts(bytes: Uint8Array): TableFacts {
  const view = openTable(bytes)
  const { version, virtualHostCount, routeCount } = view
  // The name of a virtual host is its domains, with spaces between them.
  const firstDomains = virtualHostCount === 0 ? [] : virtualHostName(view, 0 as VirtualHostRow).split(' ')
  return { version, virtualHostCount, routeCount, firstDomains }
}

/** `table 0123456789ab (2 virtual hosts, 1 route)`. */
export function describeTable({ version, virtualHostCount, routeCount }: TableFacts): string {
  return `table ${shortVersion(version)} (${count(virtualHostCount, 'virtual host')}, ${count(routeCount, 'route')})`
}
