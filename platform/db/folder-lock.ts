import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another instance works on the folder. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked'
  readonly pid: number | null

  constructor(path: string, pid: number | null) {
    const owner = pid === null ? 'another instance' : `another instance (pid ${pid})`
    super(`${path} is in use by ${owner}. Stop that one first, or name another folder`)
    this.pid = pid
  }
}

export interface FolderLock {
  release(): Promise<void>
}

/**
 * Makes the folder (mode 0700) and locks it for this process. The lock is one of the kernel, taken through SQLite, so it
 * ends with its owner even at kill -9, holds between containers that share the folder, and cannot be stale. The pid file
 * beside it only names the owner. Throws FolderLocked.
 */
export async function lockFolder(path: string): Promise<FolderLock> {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const pidFile = join(path, 'instance.pid')
  const lock = new DatabaseSync(join(path, 'instance.lock'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== 5) throw error
    throw new FolderLocked(path, ownerOf(pidFile))
  }
  writeFileSync(pidFile, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { mode: 0o600 })
  let held = true
  return {
    async release() {
      if (!held) return
      held = false
      rmSync(pidFile, { force: true })
      lock.close()
    },
  }
}

/** The pid in the file, where a process of that pid and that start time lives; pids are given out again. */
function ownerOf(pidFile: string): number | null {
  try {
    const [pid, start] = readFileSync(pidFile, 'utf8').trim().split(' ')
    return startOf(Number(pid)) === (start ?? null) ? Number(pid) : null
  } catch {
    return null
  }
}

/** Start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)), counted after the name in brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
