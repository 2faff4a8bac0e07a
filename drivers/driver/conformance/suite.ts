import type { Capability } from '@wheelhouse/contract'
import type { Connection, WorkloadSpec } from '../index.ts'
import type { Recorder } from './recorder.ts'

export interface Suite {
  /** Opens the target, as empty as can be. `cleanup` removes all that the tests made and closes. */
  open(): Promise<{ connection: Connection; cleanup(): Promise<void> }>
  readonly workload: {
    /** Runs until stopped; each second, the first at once, `tick <n>` on stdout and `warn <n>` on stderr. Ends on its stop signal. */
    sleeper(name: string): WorkloadSpec
    /** Ends with code 3 after a moment; is not started again. */
    crasher(name: string): WorkloadSpec
    /** Runs, ignores its stop signal, and writes `ready` once it does. */
    ignorer(name: string): WorkloadSpec
    /** Writes these lines on stdout, then runs until stopped. */
    echo(name: string, lines: readonly string[]): WorkloadSpec
  }
  /** Exactly what the driver must list. */
  readonly supports: readonly Capability[]
}

/** What the parts of the suite share: one open target and one watch on it. */
export interface Bench {
  readonly suite: Suite
  connection: Connection
  recorder: Recorder
  /** A name no other test has used. */
  name(word: string): string
  /** Creates, and waits until the watch has told that it runs. */
  run(spec: WorkloadSpec): Promise<string>
}

export const never = new AbortController().signal
export const quiet = (): void => undefined
