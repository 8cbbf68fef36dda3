/**
 * What the routes are to be carried out by: findings say what holds there. `workers` is Cloudflare; the others are
 * runtimes of `signalbox serve`.
 */
export const targets = ['workers', 'workerd', 'deno', 'node'] as const
export type Target = (typeof targets)[number]

/** What is judged for where nobody says. */
export const defaultTarget: Target = 'workers'

/** How a target is called in messages. */
export const targetNames: Readonly<Record<Target, string>> = {
  workers: 'Workers',
  workerd: 'workerd',
  deno: 'Deno',
  node: 'Node',
}
