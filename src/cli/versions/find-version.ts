import { isVersionName, type Pointer } from '../../store/pointer.ts'
import { keyPrefix, type VersionStore } from '../../store/version-store.ts'

/** Fewer digits say too little. */
const leastDigits = 4

export type FoundVersion =
  | { readonly kind: 'found'; readonly version: string }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * The version that somebody means: `active`, `previous` (the one before it), or the first digits of its name.
 *
 * @throws StoreError
 */
export async function findVersion(
  store: VersionStore,
  said: string,
  active: Pointer | undefined,
): Promise<FoundVersion> {
  if (said === 'active') return active ? found(active.version) : none('nothing is published')
  if (said === 'previous') {
    const previous = active?.before[0]
    return previous === undefined ? none('there is no version before the active one') : found(previous)
  }
  const digits = said.toLowerCase()
  if (!/^[0-9a-f]{1,64}$/.test(digits)) {
    return none(`${said}: not a version; name one by the first digits of its hash, or \`active\` or \`previous\``)
  }
  if (digits.length < leastDigits) return none(`${said}: at least ${leastDigits} digits are needed`)
  const names = await namesOf(store)
  const matching = names.filter(name => name.startsWith(digits))
  if (matching.length === 1) return found(matching[0]!)
  if (matching.length === 0) return none(`${said}: no such version; \`signalbox versions\` lists them`)
  return none(
    `${said}: ${matching.length} versions begin with it: ${matching.map(name => name.slice(0, 16)).join(', ')}`,
  )
}

/** The versions that have a record. @throws StoreError */
export async function namesOf(store: VersionStore): Promise<readonly string[]> {
  const keys = await store.list(keyPrefix.version)
  return keys.map(key => key.slice(keyPrefix.version.length)).filter(isVersionName)
}

function found(version: string): FoundVersion {
  return { kind: 'found', version }
}

function none(reason: string): FoundVersion {
  return { kind: 'none', reason }
}
