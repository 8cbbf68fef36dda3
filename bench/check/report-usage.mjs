// Loaded before a measured program: as it ends, tells on file descriptor 3 what it used.
import { writeSync } from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const usage = { ms: performance.now(), cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMegabytes: maxRSS / 1024 }
  writeSync(3, JSON.stringify(usage))
})
