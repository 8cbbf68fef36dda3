/** Where health is told unless a setting says otherwise. */
export const defaultHealthPath = '/.signalbox/health'

/** The health path that a setting means: the default where it is unset, none where it is `off` or empty. */
export function healthPathOf(setting: string | undefined): string | undefined {
  if (setting === undefined) return defaultHealthPath
  return setting === 'off' || setting === '' ? undefined : setting
}
