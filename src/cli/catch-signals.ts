// One Ctrl-C can arrive twice: from the terminal, and once more from npm, which hands it on to its scripts.
const echoMs = 500

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
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return ending.signal
}
