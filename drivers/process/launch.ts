import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessSpec } from '@wheelhouse/driver'
import { type RunIdentity, isRunning, runVariable } from './group.ts'
import { bootId, firstChild, readProcess } from './process-table.ts'

/** What a service gets of our own environment. No more: ours may hold secrets. */
const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'] as const

/** The program did not start. The message says why and what to do, and is shown as the reason. */
export class LaunchError extends Error {
  readonly exitCode: 126 | 127

  constructor(message: string, exitCode: 126 | 127) {
    super(message)
    this.name = 'LaunchError'
    this.exitCode = exitCode
  }
}

export interface Launched {
  readonly child: ChildProcess
  readonly run: RunIdentity
}

/** Starts the shim with the command; `stdout` and `stderr` are descriptors open for appending. Throws LaunchError. */
export async function launch(
  spec: ProcessSpec,
  paths: { readonly shim: string; readonly run: string },
  output: { readonly stdout: number; readonly stderr: number },
  token: string,
): Promise<Launched> {
  const environment = environmentOf(spec, token)
  const program = resolveProgram(spec, environment.PATH ?? '')
  const child = spawn('/bin/sh', [paths.shim, paths.run, program, ...spec.argv.slice(1)], {
    cwd: spec.directory,
    env: environment,
    detached: true,
    stdio: ['ignore', output.stdout, output.stderr],
  })
  const failed = new Promise<Error>((settle) => child.once('error', settle))
  const { pid } = child
  if (pid === undefined) {
    const error = (await failed) as NodeJS.ErrnoException
    if (error.code === 'E2BIG') throw new LaunchError('Its arguments and environment are too large. Shorten them', 126)
    throw new LaunchError(`The machine could not start it: ${error.message}`, 126)
  }
  child.unref()
  const entry = readProcess(pid)
  const run = { pid, startTime: entry?.startTime ?? 0, bootId: bootId(), token }
  // The command appears a moment after its shell; who asks for the pid wants the command's.
  for (let wait = 0; wait < 100 && firstChild(pid) === null && isRunning(run); wait++) await sleep(5)
  return { child, run }
}

function environmentOf(spec: ProcessSpec, token: string): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return { ...environment, ...spec.environment, [runVariable]: token }
}

/** The program's full path, looked up as a shell would, with a reason a person can act on when it is not there. */
function resolveProgram(spec: ProcessSpec, path: string): string {
  const name = spec.argv[0] ?? ''
  const folder = statSync(spec.directory, { throwIfNoEntry: false })
  if (!folder)
    throw new LaunchError(`The folder ${spec.directory} does not exist. Create it, or change the directory`, 127)
  if (!folder.isDirectory()) throw new LaunchError(`${spec.directory} is not a folder. Change the directory`, 126)
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : resolve(spec.directory, name)]
    : path.split(delimiter).map((entry) => join(resolve(spec.directory, entry), name))
  let refused: string | null = null
  for (const candidate of candidates) {
    if (!statSync(candidate, { throwIfNoEntry: false })?.isFile()) continue
    try {
      accessSync(candidate, constants.X_OK)
      return candidate
    } catch {
      refused ??= candidate
    }
  }
  if (refused) throw new LaunchError(`${refused} may not be executed. Allow it with chmod +x`, 126)
  const where = name.includes('/') ? 'does not exist' : 'was not found on the PATH'
  throw new LaunchError(`The program "${name}" ${where}. Install it, or give its full path`, 127)
}
