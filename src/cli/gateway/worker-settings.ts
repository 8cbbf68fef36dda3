const passedOn = [
  'SIGNALBOX_HEALTH_PATH',
  'SIGNALBOX_HEALTH_TOKEN',
  'SIGNALBOX_ACCESS_LOG',
  'SIGNALBOX_POLL_INTERVAL_MS',
  'SIGNALBOX_FIRST_WAIT_MS',
  'SIGNALBOX_PUBLIC_KEY',
] as const

/** The plain strings that a Worker is given from the environment of this process, where they are set there. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(passedOn.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])))
}
