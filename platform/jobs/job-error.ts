/** No handler is defined for that kind of job. */
export class JobKindUnknown extends Error {
  override readonly name = 'JobKindUnknown'
  readonly code = 'JOB_KIND_UNKNOWN'
}

/** Why a running job was told to stop; the reason of its signal. */
export class JobStopped extends Error {
  override readonly name = 'JobStopped'
  readonly code: 'CANCELLED' | 'TIMED_OUT' | 'INTERRUPTED'

  constructor(code: JobStopped['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Thrown by a handler that failed, or was cancelled, in part: `result` stays with the job beside the error. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed'
  readonly code: string
  readonly result: Record<string, unknown>

  constructor(code: string, message: string, result: Record<string, unknown>) {
    super(message)
    this.code = code
    this.result = result
  }
}

export const interruptedMessage =
  'It was interrupted: the program ended while it ran. Look at what it did, then retry it'

/** The error as a job shows it: a `code` of its own stays, everything else is INTERNAL. */
export function jobError(error: unknown): { errorCode: string; message: string } {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  const message = error instanceof Error && error.message !== '' ? error.message : String(error)
  return { errorCode: typeof code === 'string' && code !== '' ? code : 'INTERNAL', message }
}
