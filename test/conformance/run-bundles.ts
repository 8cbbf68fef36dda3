import type { Circumstances } from './circumstances.ts'
import { compareCase } from './compare.ts'
import { compareExplanation, explainedBy } from './compare-explanation.ts'
import { type Deviation, deviationOf } from './deviations.ts'
import { type GatewayProcess, startGateway } from './gateway-process.ts'
import type { Mismatch } from './mismatch.ts'
import type { Origins } from './origins.ts'
import { playCase } from './play-case.ts'
import type { Bundle, Kind, RecordedCase } from './recording.ts'
import type { Runtime } from './runtime.ts'

/** What became of one case. A case that a deviation covers is played as well. */
export interface Outcome {
  readonly bundle: string
  readonly case: string
  readonly features: readonly string[]
  readonly mismatches: readonly Mismatch[]
  /** The id of the deviation that covers it. */
  readonly deviation?: string
}

export interface Selection {
  readonly kinds: readonly Kind[]
  /** Bundles whose name has this in it. */
  readonly only?: string | undefined
  /** Bundles with one of these tags; none: all. */
  readonly features: readonly string[]
}

export interface RunOptions {
  readonly runtime: Runtime
  readonly deviations: readonly Deviation[]
  readonly origins: Origins
  readonly onOutcome: (outcome: Outcome) => void
}

/** The cases of a bundle that a selection asks for. */
export function selectedCases(bundle: Bundle, { kinds, only, features }: Selection): readonly RecordedCase[] {
  if (only !== undefined && !bundle.name.includes(only)) return []
  if (features.length > 0 && !features.some(each => bundle.features.includes(each))) return []
  return bundle.cases.filter(({ kind = 'http' }) => kinds.includes(kind))
}

/** Plays cases of a bundle, in their order, against one gateway process. */
export async function runBundle(bundle: Bundle, cases: readonly RecordedCase[], options: RunOptions): Promise<void> {
  const { runtime, deviations, origins, onOutcome } = options
  const circumstances: Circumstances = { runtime, isHashed: /\bconsistentHash\b/.test(bundle.config) }
  const conclude = (recorded: RecordedCase, mismatches: readonly Mismatch[]) => {
    const deviation = deviationOf(deviations, bundle, recorded, runtime.name)
    const { name, features } = bundle
    onOutcome({
      bundle: name,
      case: recorded.name,
      features,
      mismatches,
      ...(deviation && { deviation: deviation.id }),
    })
  }
  let gateway: GatewayProcess
  try {
    gateway = await startGateway(bundle, runtime)
  } catch (error) {
    const mismatch = { what: 'gateway', expected: 'ready', got: error instanceof Error ? error.message : error }
    for (const recorded of cases) conclude(recorded, [mismatch])
    return
  }
  const explained = explainedBy(bundle)
  try {
    for (const recorded of cases) {
      const observation = await playCase(bundle, recorded, origins)
      const mismatches = compareCase(recorded, observation, circumstances)
      // What `explain` says is compared with what the gateway did, not with what was recorded.
      const told = explained ? compareExplanation(bundle, recorded, observation, explained, runtime) : []
      conclude(recorded, [...mismatches, ...told])
    }
  } finally {
    await gateway.stop()
  }
}
