import { type ServeRuntime, serveRuntimes } from '../../../src/fib/runtime.ts'

/** What `signalbox serve` can run on. */
export type RuntimeName = ServeRuntime
export const runtimeNames: readonly RuntimeName[] = serveRuntimes

/** The runtimes that a text such as `node,deno` names; all of them where it is undefined or empty. @throws Error */
export function runtimesFrom(text: string | undefined): readonly RuntimeName[] {
  if (text === undefined || text === '') return runtimeNames
  return text.split(',').map(name => {
    const runtime = runtimeNames.find(each => each === name)
    if (!runtime) throw new Error(`unknown runtime: ${name} (there is ${runtimeNames.join(', ')})`)
    return runtime
  })
}
