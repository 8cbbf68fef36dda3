import { type RuntimeName, runtimeNames, runtimes } from '../../fib/runtime.ts'

/** What the routes are to be carried out by: findings say what holds there. */
export type Target = RuntimeName
export const targets = runtimeNames

/** The target that is judged for by default. */
export const defaultTarget: Target = 'workers'

/** How a target is called in messages. */
export const targetNames = Object.fromEntries(targets.map(target => [target, runtimes[target].title])) as Readonly<
  Record<Target, string>
>
