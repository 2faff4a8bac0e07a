import { Failure } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'

const maxOutputBytes = 1_048_576
const defaultTimeoutMs = 60_000

export interface CommandRequest {
  readonly argv: readonly string[]
  readonly user?: string | undefined
  readonly workdir?: string | undefined
  readonly timeoutMs?: number | undefined
}
export interface CommandResult {
  exitCode: number
  stdout: string
  stderr: string
  truncated: boolean
}

/** Runs one command inside a service to its end. Throws TIMED_OUT, after ending the command. */
export async function runCommand(
  connection: Connection,
  nativeId: string,
  request: CommandRequest,
  signal: AbortSignal,
): Promise<CommandResult> {
  const timeoutMs = request.timeoutMs ?? defaultTimeoutMs
  const session = await connection.exec(nativeId, {
    argv: request.argv,
    tty: false,
    ...(request.user === undefined ? {} : { user: request.user }),
    ...(request.workdir === undefined ? {} : { workdir: request.workdir }),
  })
  session.closeInput()
  let late = false
  const stop = (): void => void session.end().catch(() => undefined)
  const timer = setTimeout(() => {
    late = true
    stop()
  }, timeoutMs)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  let bytes = 0
  let truncated = false
  try {
    for await (const { stream, data } of session.output) {
      if (bytes + data.length > maxOutputBytes) {
        truncated = true
        stop()
        break
      }
      bytes += data.length
      chunks[stream].push(data)
    }
    if (late)
      throw new Failure(
        'TIMED_OUT',
        `${request.argv[0] ?? 'The command'} did not finish within ${timeoutMs} ms and was ended.`,
        { timeoutMs },
      )
    const text = (parts: Uint8Array[]): string => Buffer.concat(parts).toString('utf8')
    return {
      exitCode: (await session.exitCode()) ?? -1,
      stdout: text(chunks.stdout),
      stderr: text(chunks.stderr),
      truncated,
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
