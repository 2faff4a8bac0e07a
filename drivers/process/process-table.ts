import { readdir } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** One process as /proc/PID/stat tells it; proc(5) has the fields. */
export interface ProcessEntry {
  readonly pid: number
  /** R, S, D, T (stopped), t, Z (zombie), X … */
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  /** CPU time in ticks, with that of children it has waited for. */
  readonly ticks: number
  /** In ticks since boot: with the pid it is an identity, the pid alone is not. */
  readonly startTime: number
}

/** The name in parentheses may itself hold spaces and parentheses, so the fields are counted from the last one. */
export function parseStat(text: string): ProcessEntry | null {
  const close = text.lastIndexOf(')')
  const fields = text.slice(close + 2).split(' ')
  const at = (index: number): number => Number(fields[index])
  if (close < 0 || fields.length < 20) return null
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0] ?? '?',
    parent: at(1),
    group: at(2),
    session: at(3),
    ticks: at(11) + at(12) + at(13) + at(14),
    startTime: at(19),
  }
}

export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

export function readProcess(pid: number): ProcessEntry | null {
  const text = readText(`/proc/${pid}/stat`)
  return text === null ? null : parseStat(text)
}

export const isLive = (entry: ProcessEntry | null): entry is ProcessEntry =>
  entry !== null && entry.state !== 'Z' && entry.state !== 'X'

/** Every live process. Reading one takes about 10 µs, so the loop is let go between slices. */
export async function scanProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found: ProcessEntry[] = []
  for (const [index, pid] of pids.entries()) {
    if (index % 200 === 199) await nextTurn()
    const entry = readProcess(Number(pid))
    if (isLive(entry)) found.push(entry)
  }
  return found
}

let latest: { at: number; entries: Promise<ProcessEntry[]> } | null = null

/** A scan at most this old, shared by all who measure. */
export function recentProcesses(maxAgeMs: number): Promise<ProcessEntry[]> {
  if (latest === null || Date.now() - latest.at > maxAgeMs) latest = { at: Date.now(), entries: scanProcesses() }
  return latest.entries
}

const thisBoot = (readText('/proc/sys/kernel/random/boot_id') ?? '').trim()
/** Pids and start times mean something within one boot only. */
export const bootId = (): string => thisBoot

/** The first child of a single-threaded process. */
export function firstChild(pid: number): number | null {
  const child = Number.parseInt(readText(`/proc/${pid}/task/${pid}/children`) ?? '', 10)
  return Number.isNaN(child) ? null : child
}
