/**
 * What a calculation takes of the processor, in milliseconds, other threads of this process left out. Unlike the clock
 * on the wall, it does not run on while other processes have their turn, so that a bound holds on a busy machine, too.
 */
export function cpuMsOf(calculate: () => void): number {
  const before = process.threadCpuUsage()
  calculate()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
