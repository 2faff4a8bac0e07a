import { notificationColumns, triggerColumns } from './delivery/automation.ts'
import { backupColumns } from './delivery/backups.ts'
import { certificateColumns } from './delivery/certificates.ts'
import { configColumns } from './delivery/configs.ts'
import { deploymentColumns } from './delivery/deployments.ts'
import { releaseColumns } from './delivery/releases.ts'
import { eventColumns, jobColumns } from './observation/happenings.ts'
import { imageColumns, registryColumns } from './images.ts'
import { auditColumns, sessionColumns, tokenColumns, userColumns } from './people.ts'
import { serviceColumns } from './services.ts'
import { stackColumns } from './stacks.ts'
import type { Column } from './table.ts'
import { nodeColumns, objectColumns, swarmColumns, taskColumns } from './engine/swarm.ts'
import { targetColumns } from './targets.ts'

const tables: Record<string, readonly Column<never>[]> = {
  'services.list': serviceColumns,
  'targets.list': targetColumns,
  'stacks.list': stackColumns,
  'users.list': userColumns,
  'tokens.list': tokenColumns,
  'auth.sessions': sessionColumns,
  'audit.list': auditColumns,
  'timeline.list': eventColumns,
  'jobs.list': jobColumns,
  'deployments.list': deploymentColumns,
  'releases.list': releaseColumns,
  'backups.list': backupColumns,
  'configs.list': configColumns,
  'certificates.list': certificateColumns,
  'triggers.list': triggerColumns,
  'notifications.list': notificationColumns,
  'images.list': imageColumns,
  'registries.list': registryColumns,
  'swarm.list': swarmColumns,
  'nodes.list': nodeColumns,
  'tasks.list': taskColumns,
  'swarmSecrets.list': objectColumns,
  'swarmConfigs.list': objectColumns,
}

/** The columns of a list operation, or null where they have to be guessed. */
export const tableOfOperation = (id: string): readonly Column<never>[] | null => tables[id] ?? null
