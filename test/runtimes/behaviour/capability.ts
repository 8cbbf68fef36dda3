import type { Outcome, Runtime } from './outcome.ts'
import type { Stage } from './stage.ts'

/** Something that a reverse proxy is expected to do, and the rules that prove what each runtime makes of it. */
export interface Capability {
  readonly name: string
  readonly outcomes: Readonly<Record<Runtime, Outcome>>
  /** For each runtime at least one holds. */
  readonly rules: readonly Rule[]
}

export interface Rule {
  readonly title: string
  /** The outcomes that it belongs to; absent: all of them. */
  readonly where?: readonly Outcome['kind'][]
  /** Waits for a limit: it has a gateway with short ones, and is begun before all others. */
  readonly isLong?: boolean
  readonly test: (stage: Stage) => Promise<void>
}

/** A row of the page, with what is asserted for it. */
export function capability(name: string, outcomes: Capability['outcomes'], ...rules: readonly Rule[]): Capability {
  return { name, outcomes, rules }
}

/** A rule wherever the capability stands, or only where it has one of these outcomes. */
export function rule(title: string, test: Rule['test'], where?: readonly Outcome['kind'][]): Rule {
  return { title, test, ...(where && { where }) }
}

/** As `rule`, for one that waits for a limit of the gateway. */
export function longRule(title: string, test: Rule['test'], where?: readonly Outcome['kind'][]): Rule {
  return { ...rule(title, test, where), isLong: true }
}

export interface Section {
  readonly title: string
  readonly capabilities: readonly Capability[]
}

/** Whether a rule is to hold on a runtime. */
export function holdsOn({ where }: Rule, { outcomes }: Capability, runtime: Runtime): boolean {
  return where === undefined || where.includes(outcomes[runtime].kind)
}
