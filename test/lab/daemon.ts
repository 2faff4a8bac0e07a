import { type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Running, subfolder } from './place.ts'

/** Start time of a living process, or undefined when it is gone or only waits to be reaped. */
export function startedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before may hold spaces
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export function isAlive(running: Running | undefined): running is Running {
  return running !== undefined && startedAt(running.pid) === running.started
}

/** Starts a daemon in a session of its own, writing to `<lab>/logs/<name>.log`. */
export async function launch(name: string, command: string, args: string[], options: SpawnOptions = {}) {
  const log = openSync(join(subfolder('logs'), `${name}.log`), 'a')
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] })
  await new Promise<void>((done, fail) => {
    child.once('spawn', done)
    child.once('error', fail)
  })
  child.unref()
  const started = child.pid === undefined ? undefined : startedAt(child.pid)
  if (child.pid === undefined || started === undefined) throw new Error(`${name} ended at once: ${lastLines(name)}`)
  return { pid: child.pid, started } satisfies Running
}

/** Waits until `probe` stops throwing; ends early when the daemon dies. */
export async function healthy(name: string, running: Running, probe: () => unknown, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      await probe()
      return
    } catch (error) {
      if (!isAlive(running)) throw new Error(`${name} ended: ${lastLines(name)}`, { cause: error })
      if (Date.now() > deadline)
        throw new Error(`${name} is not ready after ${timeoutMs} ms: ${lastLines(name)}`, { cause: error })
    }
    await pause(50)
  }
}

/** Ends a process: a signal, then KILL when it is still there after the grace time. */
export async function end(running: Running | undefined, signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000) {
  if (!isAlive(running)) return
  send(running, signal)
  const deadline = Date.now() + graceMs
  while (isAlive(running) && Date.now() < deadline) await pause(20)
  if (isAlive(running)) send(running, 'SIGKILL')
  while (isAlive(running)) await pause(20)
}

function send(running: Running, signal: NodeJS.Signals) {
  try {
    process.kill(running.pid, signal)
  } catch {
    // it went by itself meanwhile
  }
}

/** Every living process with its command line. */
export function processes(): (Running & { command: string[] })[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid)
    .flatMap((pid) => {
      const started = startedAt(pid)
      if (started === undefined) return []
      try {
        return [{ pid, started, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') }]
      } catch {
        return []
      }
    })
}

export function lastLines(name: string): string {
  mkdirSync(subfolder('logs'), { recursive: true })
  try {
    return readFileSync(join(subfolder('logs'), `${name}.log`), 'utf8')
      .trim()
      .split('\n')
      .slice(-5)
      .join('\n')
  } catch {
    return '(no log)'
  }
}
