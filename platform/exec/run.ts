import type { Readable } from 'node:stream'
import { TimedOut } from './exec-error.ts'
import { type SpawnOptions, spawnStream } from './spawn-stream.ts'

export interface RunOptions extends SpawnOptions {
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
  /** Kept of each of stdout and stderr, from the start; 8 MiB unless told. The rest is read and dropped. */
  readonly maxOutputBytes?: number
}

export interface RunResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly truncated: boolean
}

/**
 * Runs a program to its end, without a shell; a non-zero exit code is an answer, not an error.
 * Throws ProgramMissing, ProgramRefused, TimedOut, or the reason of the aborted signal once the group is stopped.
 */
export async function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
  const program = await spawnStream(argv, options)
  const limit = options.maxOutputBytes ?? 8 * 1024 * 1024
  const stdout = collect(program.stdout, limit)
  const stderr = collect(program.stderr, limit)
  let timedOut = false
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true
          program.stop()
        }, options.timeoutMs)
  program.stdin.end(options.input)
  const { exitCode, signal } = await program.ended
  clearTimeout(timer)
  if (timedOut) throw new TimedOut(argv[0], options.timeoutMs ?? 0, stdout.text(), stderr.text())
  options.signal?.throwIfAborted()
  const truncated = stdout.truncated() || stderr.truncated()
  return { exitCode, signal, stdout: stdout.text(), stderr: stderr.text(), truncated }
}

function collect(stream: Readable, limit: number): { text(): string; truncated(): boolean } {
  const chunks: Buffer[] = []
  let kept = 0
  let seen = 0
  stream.on('data', (chunk: Buffer) => {
    seen += chunk.length
    if (kept >= limit) return
    const part = chunk.subarray(0, limit - kept)
    kept += part.length
    chunks.push(part)
  })
  stream.on('error', () => undefined)
  return { text: () => Buffer.concat(chunks).toString('utf8'), truncated: () => seen > kept }
}
