import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Duplex, Readable, Writable } from 'node:stream'
import { ProgramMissing, ProgramRefused } from './exec-error.ts'
import { leashed, letGo } from './leash.ts'

export interface SpawnOptions {
  readonly cwd?: string
  /** Added to PATH, HOME, LANG, LC_ALL, TZ and TMPDIR of this process; nothing else is passed on. */
  readonly env?: Readonly<Record<string, string>>
  /** Aborting stops the whole process group: TERM, and KILL after `graceMs`. */
  readonly signal?: AbortSignal
  /** 5,000 unless told. */
  readonly graceMs?: number
  /**
   * The program does not outlive us: when this process is gone, killed with KILL even, its whole group gets TERM, and KILL after
   * the grace (whole seconds, one at least). Exit code, signal, pid and streams stay its own. What left the group (`setsid`) is out
   * of reach. Two things differ, for a POSIX shell starts it: names of variables must be letters, digits and `_`, and a script whose
   * interpreter is missing ends with 126 or 127 and the reason on stderr.
   */
  readonly leash?: boolean
}

export interface RunningProgram {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Settles once the program has ended and its output is read, or 500 ms later where a grandchild holds it open. */
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>
  /** TERM to the whole process group, KILL after the grace. */
  stop(): void
}

// Our own variables hold keys and passwords: a program gets them only where the caller passes them by name.
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']
const GRACE_MS = 5000
const HELD_OPEN_MS = 500

/** Starts a program in its own process group, without a shell. Throws ProgramMissing or ProgramRefused. */
export async function spawnStream(
  argv: readonly [string, ...string[]],
  options: SpawnOptions = {},
): Promise<RunningProgram> {
  const [program] = argv
  options.signal?.throwIfAborted()
  if (options.cwd !== undefined && !existsSync(options.cwd)) {
    throw new ProgramRefused(`${program} was not started: its working folder ${options.cwd} is not there`)
  }
  const passed = inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  const env = { ...Object.fromEntries(passed), ...options.env } as Record<string, string>
  const graceMs = options.graceMs ?? GRACE_MS
  const [file, ...args] = options.leash ? leashed(argv, graceMs, options.cwd, env) : argv
  const stdio: 'pipe'[] = options.leash ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe']
  const child = spawn(file, args, { cwd: options.cwd, env, detached: true, stdio }) as Child
  const pipe = child.stdio[3] as unknown as Duplex | undefined
  if (pipe) {
    // The watcher may go first, with a killed group.
    pipe.on('error', () => undefined)
    child.once('exit', () => letGo(pipe))
  }
  // A program that ends without reading its input breaks the pipe: that is its right.
  child.stdin.on('error', () => undefined)
  await started(child, program)
  const group = child.pid ?? 0
  let killTimer: NodeJS.Timeout | undefined
  const stop = (): void => {
    if (killTimer) return
    signalGroup(group, 'SIGTERM')
    killTimer = setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs)
  }
  options.signal?.addEventListener('abort', stop, { once: true })
  if (options.signal?.aborted) stop()
  const ended = end(child).finally(() => {
    options.signal?.removeEventListener('abort', stop)
    if (!killTimer) return
    // The leader is gone; members of its group that ignored TERM are not.
    clearTimeout(killTimer)
    signalGroup(group, 'SIGKILL')
  })
  return { pid: group, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, stop }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

function started(child: Child, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR'
      reject(missing ? new ProgramMissing(program) : new ProgramRefused(`${program} was not started: ${why(error)}`))
    })
  })
}

function why(error: NodeJS.ErrnoException): string {
  if (error.code === 'EACCES') return 'it may not be executed by this user'
  if (error.code === 'E2BIG') return 'its arguments and variables are too long'
  return error.code ?? error.message
}

function end(child: Child): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    child.on('error', () => undefined)
    child.once('exit', () => {
      timer = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy()
      }, HELD_OPEN_MS)
    })
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer)
      resolve({ exitCode, signal })
    })
  })
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  if (group <= 1) return
  try {
    process.kill(-group, signal)
  } catch {
    // The group has ended already.
  }
}
