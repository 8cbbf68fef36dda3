const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Who listens to which signal. */
export type SignalListeners = readonly (readonly [signal: NodeJS.Signals, listener: NodeJS.SignalsListener])[]

/** Those who listen to the signals that end a process. */
export function signalListeners(): SignalListeners {
  return signals.flatMap(signal => process.listeners(signal).map(listener => [signal, listener] as const))
}

/** Those who have come since; of a library that says nothing of its listeners, this is how they are found. */
export function listenersSince(before: SignalListeners): SignalListeners {
  const isKnown = (signal: string, listener: unknown) => before.some(([s, l]) => s === signal && l === listener)
  return signalListeners().filter(([signal, listener]) => !isKnown(signal, listener))
}

/** Takes them away from their signals. */
export function removeListeners(listeners: SignalListeners): void {
  for (const [signal, listener] of listeners) process.removeListener(signal, listener)
}
