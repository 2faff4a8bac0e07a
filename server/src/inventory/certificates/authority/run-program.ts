import type { RunOptions, RunResult } from '@wheelhouse/platform/exec'

/** As platform/exec runs a program; a test may run it in another root. */
export type RunProgram = (argv: readonly [string, ...string[]], options?: RunOptions) => Promise<RunResult>
