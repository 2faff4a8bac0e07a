import type { Run } from '../saga/run.ts'

/** The lock of stack and environment is taken with the run itself, and kept until it has ended: here it is only told. */
export function lock(run: Run): Promise<string> {
  const { stack, environment, number, requestedBy } = run.deployment
  return Promise.resolve(`${stack} (${environment}) is held by run ${number} of ${requestedBy}`)
}
