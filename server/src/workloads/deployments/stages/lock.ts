import { retireLate } from '../saga/retire.ts'
import type { Run } from '../saga/run.ts'

/**
 * The lock of stack and environment is taken with the run itself, and kept until it has ended: here it is only told. What goes by the
 * name of a service must be what serves before anything is compared with it.
 */
export async function lock(run: Run): Promise<string> {
  const { stack, environment, number, requestedBy, previous } = run.deployment
  const serving = previous === null ? null : await run.room.releases.store.get(previous.id)
  if (serving !== null) await retireLate(run.room, serving)
  return `${stack} (${environment}) is held by run ${number} of ${requestedBy}`
}
