import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Open descriptors of a process. Source: /proc/PID/fd. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Resident memory of a process, in bytes. Source: VmRSS in /proc/PID/status. */
export function residentBytes(pid: number): number {
  return statusKilobytes(pid, 'VmRSS') * 1024
}

function statusKilobytes(pid: number, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** CPU time that a process has used so far, all its threads included: its own, and the kernel's for it. */
export interface CpuShares {
  readonly userMicroseconds: number
  readonly kernelMicroseconds: number
}

/** Source: utime and stime in /proc/PID/stat, in ticks of 10 ms (USER_HZ is 100 on every Linux that people run). */
export function cpuShares(pid: number): CpuShares {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the process may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { userMicroseconds: Number(fields[11]) * 10_000, kernelMicroseconds: Number(fields[12]) * 10_000 }
}

/** The process among `pid` and its descendants that listens on a port of this machine; undefined where none does. */
export function listenerAmong(pid: number, port: number): number | undefined {
  const inodes = listeningInodes(port)
  return family(pid).find(each => socketInodes(each).some(inode => inodes.has(inode)))
}

function listeningInodes(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      // 0A is LISTEN.
      if (fields[1]?.endsWith(`:${hexPort}`) && fields[3] === '0A') inodes.add(fields[9]!)
    }
  }
  return inodes
}

function family(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended meanwhile.
    }
  }
  const members = [pid]
  for (const member of members) {
    for (const [child, parent] of parents) if (parent === member) members.push(child)
  }
  return members
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(name => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? []
      } catch {
        // It was closed meanwhile.
        return []
      }
    })
  } catch {
    return []
  }
}
