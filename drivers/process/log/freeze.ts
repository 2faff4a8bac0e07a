import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, members, type RunIdentity, signalGroup } from '../group.ts'
import { parseStat, readText } from '../process-table.ts'
import { signalNumber } from '../signals.ts'

/** Lets the group go on when its input ends, so also when the control plane is killed in between. */
const holder = 'read -r _; kill -CONT -"$1"'

/**
 * Runs `act` while the group of a service stands still: a few milliseconds in which nothing can be written.
 * Answers false, without acting, when it would not stand still.
 */
export async function whileFrozen(run: RunIdentity, act: () => Promise<void>): Promise<boolean> {
  if (!isRunning(run)) return false
  const child = spawn('/bin/sh', ['-c', holder, 'hold', String(run.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(child, 'close').catch(() => undefined)
  child.stdin.on('error', () => undefined)
  if (child.pid === undefined) return false
  try {
    signalGroup(run, signalNumber('STOP'))
    if (!(await standsStill(run))) return false
    await act()
    return true
  } finally {
    signalGroup(run, signalNumber('CONT'))
    child.stdin.end()
    await ended
  }
}

async function standsStill(run: RunIdentity): Promise<boolean> {
  for (let wait = 0; wait < 20; wait++) {
    const moving = (await members(run, false)).some((entry) => !threadsStopped(entry.pid))
    if (!moving) return true
    await sleep(2)
  }
  return false
}

/** Each thread: one may still be inside a write while the first already stands. */
function threadsStopped(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.every((thread) => {
      const entry = parseStat(readText(`/proc/${pid}/task/${thread}/stat`) ?? '')
      return entry === null || 'TtZX'.includes(entry.state)
    })
  } catch {
    return true
  }
}
