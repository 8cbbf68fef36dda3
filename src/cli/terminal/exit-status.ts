/**
 * What the process says when it ends, the same for every verb: `ok`; `findings` (errors in the routes);
 * `usage` (a wrong command line, or input or output that cannot be read or written); `internalError` (a bug in Signalbox).
 */
export const exitStatus = { ok: 0, findings: 1, usage: 2, internalError: 3 } as const

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus]
