import type { Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import { ProgramMissing, ProgramRefused, run, spawnStream, TimedOut } from '@wheelhouse/platform/exec'

export interface RunAnswer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}
/** Runs a program to its end on the machine whose services these are; `input` is its standard input. */
export type Run = (
  argv: readonly [string, ...string[]],
  options?: { readonly input?: string; readonly timeoutMs?: number },
) => Promise<RunAnswer>

export interface OpenStream {
  readonly stdout: Readable
  /** Settles when the program has ended. */
  readonly ended: Promise<unknown>
  stop(): void
}
/** Starts a program whose output is read as it comes. */
export type Stream = (argv: readonly [string, ...string[]]) => Promise<OpenStream>

export const localRun: Run = (argv, options = {}) => run(argv, { ...options, env: { SYSTEMD_COLORS: '0' } })

export const localStream: Stream = async (argv) => {
  const program = await spawnStream(argv, { graceMs: 500 })
  program.stdin.end()
  // Nobody reads it; a full pipe would hold the program.
  program.stderr.resume()
  return program
}

const usualTimeoutMs = 30_000

/** What the manager refused, in its own words. */
export const refused = (program: string, { stdout, stderr }: RunAnswer): Failure => {
  const said = (stderr.trim() || stdout.trim()).slice(-400)
  return new Failure('TARGET_REFUSED', `${program} refused: ${said || 'it gave no reason'}`)
}

/** Runs one that must end well. Throws TARGET_REFUSED with its words, TARGET_UNREACHABLE or TIMED_OUT. */
export async function must(run: Run, argv: readonly [string, ...string[]], input?: string): Promise<string> {
  const answer = await ask(run, argv, input)
  if (answer.exitCode !== 0) throw refused(argv[0], answer)
  return answer.stdout
}

/** Runs one whose exit code is an answer. Throws TARGET_UNREACHABLE or TIMED_OUT. */
export async function ask(
  run: Run,
  argv: readonly [string, ...string[]],
  input?: string,
  timeoutMs = usualTimeoutMs,
): Promise<RunAnswer> {
  try {
    return await run(argv, { timeoutMs, ...(input === undefined ? {} : { input }) })
  } catch (error) {
    if (error instanceof TimedOut)
      throw new Failure('TIMED_OUT', `${argv[0]} did not end within ${timeoutMs / 1000} s.`)
    if (error instanceof ProgramMissing || error instanceof ProgramRefused)
      throw new Failure('TARGET_UNREACHABLE', `${error.message}.`, {}, { cause: error })
    throw error
  }
}
