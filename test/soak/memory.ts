import { residentBytes } from '../runtimes/hostile/process-facts.ts'

/** Resident memory of a process around something that was done, in bytes. */
export interface MemoryCurve {
  readonly before: number
  /** The median of the looks meanwhile. */
  readonly during: number
  readonly peak: number
  readonly after: number
}

const everyMs = 100
/** Until collectors have had their turn. */
const settleMs = 3_000

/** Looks at a process while `work` runs. */
export async function watchMemory<T>(pid: number, work: () => Promise<T>): Promise<{ value: T; memory: MemoryCurve }> {
  const before = residentBytes(pid)
  const looks: number[] = []
  const look = () => {
    try {
      looks.push(residentBytes(pid))
    } catch {
      // It has ended; what it was asked for tells that.
    }
  }
  const timer = setInterval(look, everyMs)
  try {
    const value = await work()
    look()
    clearInterval(timer)
    const sorted = looks.toSorted((a, b) => a - b)
    const [during, peak] = [sorted[sorted.length >> 1] ?? before, sorted.at(-1) ?? before]
    await new Promise(resolve => setTimeout(resolve, settleMs))
    look()
    return { value, memory: { before, during, peak, after: looks.at(-1) ?? before } }
  } finally {
    clearInterval(timer)
  }
}
