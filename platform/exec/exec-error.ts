/** There is no such program on the PATH, or its file is gone. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing'
  readonly code = 'PROGRAM_MISSING'
  readonly program: string

  constructor(program: string) {
    super(`The program ${program} was not found. Install it, or put its folder on the PATH`)
    this.program = program
  }
}

/** The program is there but could not be started: no permission, no such working folder, no memory. */
export class ProgramRefused extends Error {
  override readonly name = 'ProgramRefused'
  readonly code = 'PROGRAM_REFUSED'
}

/** It ran longer than it may; it and what it started were stopped. Has what it had written until then. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
  readonly code = 'TIMED_OUT'
  readonly stdout: string
  readonly stderr: string

  constructor(program: string, timeoutMs: number, stdout: string, stderr: string) {
    super(`${program} did not end within ${timeoutMs} ms and was stopped`)
    this.stdout = stdout
    this.stderr = stderr
  }
}
