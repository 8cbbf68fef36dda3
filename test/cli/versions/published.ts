import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from '../../../src/cli/folders/pipeline.ts'
import { run } from '../../../src/cli/program.ts'
import type { Confirm } from '../../../src/cli/terminal/confirm-by.ts'
import { fakeWorld, temporaryFolder } from '../fake-world.ts'

/** A folder of routes beside a folder of versions. */
export interface Project {
  readonly routes: string
  readonly store: string
  /** Replaces the routes by those of a host each, which answer with a status. */
  write(hosts: Readonly<Record<string, number>>): Promise<void>
  /** Runs a verb on the folder of versions. */
  cli(args: readonly string[], world?: ProjectWorld): Promise<Ended>
  /** Publishes the routes; returns the version's first digits. */
  publish(hosts: Readonly<Record<string, number>>, ...args: readonly string[]): Promise<string>
}

export interface ProjectWorld {
  readonly confirm?: Confirm
  readonly env?: Readonly<Record<string, string>>
}

export interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

export async function newProject(): Promise<Project> {
  const folder = await temporaryFolder()
  const [routes, store] = [join(folder, 'routes.yaml'), join(folder, 'tables')]
  const project: Project = {
    routes,
    store,
    write: hosts => writeFile(routes, Object.entries(hosts).map(virtualService).join('---\n')),
    async cli([verb = '', ...args], { confirm, env = {} } = {}) {
      const outside = fakeWorld()
      const world = { ...outside, pipeline, env: { SIGNALBOX_AUTHOR: 'Ann', ...env }, ...(confirm && { confirm }) }
      const folders = verb === 'publish' ? [routes] : []
      const place = args.includes('--store') ? [] : ['--store', store]
      const status = await run([verb, ...folders, ...args, ...place], world)
      return { status, ...outside.said() }
    },
    async publish(hosts, ...args) {
      await project.write(hosts)
      const { status, out, err } = await project.cli(['publish', ...args])
      const [, version] = /^published (\w+)/m.exec(out) ?? []
      if (status !== 0 || version === undefined) throw new Error(`publish ended with ${status}:\n${out}${err}`)
      return version
    },
  }
  return project
}

function virtualService([host, status]: [string, number]): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${host.replaceAll('.', '-')} }
spec:
  hosts: [${host}]
  http:
    - directResponse: { status: ${status} }
`
}
