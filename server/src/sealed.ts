import type { SealedColumn } from '@wheelhouse/platform/secrets'
import { sealedColumns as signingKeys } from './identity/index.ts'
import { sealedColumns as certificates } from './inventory/certificates/index.ts'
import { sealedColumns as configs } from './inventory/configs/index.ts'
import { sealedColumns as registries } from './inventory/registries/index.ts'
import { sealedColumns as targets } from './inventory/targets/index.ts'
import { sealedColumns as metrics } from './observation/metrics/index.ts'
import { sealedColumns as notifications } from './observation/notifications/index.ts'
import { sealedColumns as backups } from './workloads/backups/index.ts'
import { sealedColumns as containers } from './workloads/containers/index.ts'
import { sealedColumns as deployments } from './workloads/deployments/index.ts'
import { sealedColumns as releases } from './workloads/releases/index.ts'
import { sealedColumns as stackSources } from './workloads/stack-sources/index.ts'
import { sealedColumns as stacks } from './workloads/stacks/index.ts'
import { sealedColumns as swarm } from './workloads/swarm/index.ts'
import { sealedColumns as triggers } from './workloads/triggers/index.ts'

/** Everything in the database that is sealed under the master key. */
export const sealedColumns: readonly SealedColumn[] = [
  ...signingKeys,
  ...targets,
  ...registries,
  ...configs,
  ...certificates,
  ...registries,
  ...stacks,
  ...stackSources,
  ...swarm,
  ...releases,
  ...containers,
  ...deployments,
  ...backups,
  ...triggers,
  ...notifications,
  ...metrics,
]
