import type { services } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'
import { runBulk } from './bulk/job.ts'
import type { BulkData, BulkRoom } from './bulk/room.ts'
import { serviceHandlers } from './operations.ts'

export { refuseBeyond, requireExec, requireInside } from './exec-leave.ts'
export { eachOnce, listServices } from './listing.ts'
export { maskEnvironment } from './secret-environment.ts'
export { runCommand } from './run-command.ts'

/** Services of all targets: lists from the mirror, acts on the target, on one or many. Call before `jobs.start()`. */
export function createServices(room: BulkRoom): { readonly handlers: Handlers<typeof services> } {
  room.jobs.define('services.bulk', (data, job) => runBulk(room, data as BulkData, job), { concurrency: 16 })
  return { handlers: serviceHandlers(room) }
}
