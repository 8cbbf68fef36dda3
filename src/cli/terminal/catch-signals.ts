// One Ctrl-C can arrive twice: from the terminal, and once more from npm, which hands it on to its scripts.
const echoMs = 500
const parentLookMs = 200

/**
 * From now on SIGINT, SIGTERM and SIGHUP abort the returned signal, so that work can be ended in order. A second one
 * ends the process at once.
 */
export function catchSignals(): AbortSignal {
  const ending = new AbortController()
  let firstAtMs = 0
  const onSignal = (_name: string, number: number) => {
    const nowMs = performance.now()
    if (!ending.signal.aborted) {
      firstAtMs = nowMs
      ending.abort()
    } else if (nowMs - firstAtMs > echoMs) {
      process.exit(128 + number)
    }
  }
  // npm ends itself and its shell on SIGTERM, and leaves what they started running: then the parent is another one.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid
    const look = setInterval(() => {
      if (process.ppid !== parent) ending.abort()
    }, parentLookMs)
    look.unref()
    ending.signal.addEventListener('abort', () => clearInterval(look))
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return ending.signal
}
