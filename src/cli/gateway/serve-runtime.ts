/** What carries the gateway out: workerd, or a process of Deno's or Node's over `node:http`. */
export const serveRuntimes = ['workerd', 'deno', 'node'] as const
export type ServeRuntime = (typeof serveRuntimes)[number]
