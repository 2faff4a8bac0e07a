import type { CheckResult } from '@wheelhouse/contract'

/** Runs the command of a check where its service is; answers its exit code and last words. */
export type RunCheckCommand = (
  argv: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<{ exitCode: number; output: string }>

/** What a check needs of the service it speaks of. */
export interface ProbeContext {
  readonly run: RunCheckCommand
  /** The value of a variable of the service; null where it has none of that name. */
  secret(name: string): Promise<string | null>
}

/** What one probe found; `message` is a clause such as "200" or "refused the connection". */
export type Finding = Pick<CheckResult, 'ok' | 'message' | 'queue'>
