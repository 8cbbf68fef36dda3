import { type RuntimeName, runtimeNames, runtimes } from '../../fib/runtime.ts'

/** What the routes are to be carried out by: findings say what holds there. */
export type Target = RuntimeName
export const targets = runtimeNames

/** What is judged for where nobody says. */
export const defaultTarget: Target = 'workers'

/** How a target is called in messages. */
export const targetNames = Object.fromEntries(targets.map(target => [target, runtimes[target].title])) as Readonly<
  Record<Target, string>
>
