import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootId, isLive, type ProcessEntry, readProcess, scanProcesses } from './process-table.ts'

/** One run of a service: its session and group leader, and a mark all its processes carry in their environment. */
export interface RunIdentity {
  readonly pid: number
  readonly startTime: number
  readonly bootId: string
  readonly token: string
}

/** Set for every process of a service: finds those that left the session, and a run whose pid was never written down. */
export const runVariable = 'WHEELHOUSE_RUN'

export function isRunning(run: RunIdentity): boolean {
  const leader = readProcess(run.pid)
  return isLive(leader) && leader.startTime === run.startTime && run.bootId === bootId()
}

/** To the whole group. The leader lives, so the group's number cannot belong to another. */
export function signalGroup(run: RunIdentity, signal: number): boolean {
  if (!isRunning(run)) return false
  return send(-run.pid, signal)
}

function send(pid: number, signal: number): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

async function carriesMark(pid: number, token: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
  return `\0${environment}`.includes(`\0${runVariable}=${token}\0`)
}

/** The session of the run without its leader; with `escaped` also those that made a session of their own. */
export async function members(run: RunIdentity, escaped: boolean): Promise<ProcessEntry[]> {
  const younger = (await scanProcesses()).filter((it) => it.pid !== run.pid && it.startTime >= run.startTime)
  const found: ProcessEntry[] = []
  for (const entry of younger) {
    if (entry.session === run.pid || (escaped && (await carriesMark(entry.pid, run.token)))) found.push(entry)
  }
  return found
}

/** The leader of a run that was started but not yet written down when the control plane was killed. */
export async function findLeader(token: string): Promise<ProcessEntry | null> {
  for (const entry of await scanProcesses()) {
    if (entry.session === entry.pid && (await carriesMark(entry.pid, token))) return entry
  }
  return null
}

/**
 * Ends what a run left behind after its leader is gone: the signal, then KILL at the deadline. Answers how many there were.
 * Each is signalled by itself: the number of a group without leader may come to mean another.
 */
export async function endSurvivors(run: RunIdentity, signal: number, deadline: number): Promise<number> {
  let left = await members(run, true)
  const count = left.length
  for (const entry of left) send(entry.pid, signal)
  for (const entry of left) send(entry.pid, 18 /* CONT: the frozen hear nothing */)
  for (let round = 0; left.length > 0 && round < 10_000; round++) {
    await sleep(Math.min(10 + round * 5, 100))
    left = await members(run, true)
    if (Date.now() >= deadline) for (const entry of left) send(entry.pid, 9)
    if (Date.now() >= deadline + 10_000) break
  }
  return count
}
