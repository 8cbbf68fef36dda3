/**
 * How long a test waits for what has to come, in milliseconds. It is there so that a hang ends with words and for
 * nothing else: a machine that is busy with other work may take many times as long as a quiet one, and what has to come
 * ends the waiting at once. No rule of the gateway may be stated by it.
 */
export const patienceMs = 60_000

/** How long a test may take as a whole: longer than one wait in it, so that the wait can say what did not come. */
export const testTimeoutMs = 4 * patienceMs
