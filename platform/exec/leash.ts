import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { ProgramMissing, ProgramRefused } from './exec-error.ts'

/**
 * Starts a watcher and becomes the program: `exec` keeps pid, exit code, signals and the three streams what they would be
 * without. The watcher reads a pipe that only we hold open. A line means that the program has ended; the end of the pipe means
 * that we are gone, and then the group gets TERM and, after a grace, KILL. It is orphaned on purpose: a program that waits for
 * "any child" must not find one it never started. `$1` is the grace in seconds, the rest the program; nothing is pasted in.
 */
const script = `grace=$1
shift
(
  (
    trap '' HUP INT QUIT PIPE TERM USR1 USR2 ALRM
    cd /
    read -r word && exit 0
    kill -TERM -$$
    kill -CONT -$$
    command -p sleep "$grace"
    kill -KILL -$$
  ) <&3 >/dev/null 2>&1 3>&- &
)
exec 3>&-
exec "$@"
`

/** The argv that starts a program on a leash. Its file descriptor 3 has to be a pipe: see `letGo`. */
export function leashed(
  argv: readonly [string, ...string[]],
  graceMs: number,
  cwd: string | undefined,
  env: Readonly<Record<string, string>>,
): [string, ...string[]] {
  const [program, ...rest] = argv
  const strange = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  if (strange !== undefined) {
    // A shell drops such a variable without a word.
    throw new ProgramRefused(`${program} was not started: "${strange}" is no name for a variable. Rename it`)
  }
  const file = locate(program, cwd ?? process.cwd(), env.PATH ?? '/usr/bin:/bin')
  return ['/bin/sh', '-c', script, 'leash', String(Math.max(1, Math.ceil(graceMs / 1000))), file, ...rest]
}

/** Tells the watcher that the program has ended, so that it leaves alone what the program left behind. */
export function letGo(pipe: Duplex): void {
  pipe.end('ended\n')
  pipe.resume()
}

/** Where a program is, as execvp would find it: a shell between us could only say 126 or 127. */
function locate(program: string, cwd: string, path: string): string {
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(':').map((folder) => join(isAbsolute(folder) ? folder : resolve(cwd, folder), program))
  let forbidden = false
  for (const place of places) {
    try {
      if (!statSync(place).isFile()) continue
      accessSync(place, constants.X_OK)
      return place
    } catch (error) {
      forbidden ||= (error as NodeJS.ErrnoException).code === 'EACCES'
    }
  }
  if (forbidden) throw new ProgramRefused(`${program} was not started: it may not be executed by this user`)
  throw new ProgramMissing(program)
}
