import type { Migration } from '@wheelhouse/platform/db'
import { identity } from './identity/0001-identity.ts'
import { observation } from './observation/0002-observation.ts'
import { stacks } from './workloads/0003-stacks.ts'
import { deployments } from './workloads/0004-deployments.ts'
import { configs } from './inventory/0005-configs.ts'
import { backups } from './workloads/0006-backups.ts'
import { certificates } from './inventory/0007-certificates.ts'
import { notifications } from './observation/0008-notifications.ts'
import { triggers } from './workloads/0009-triggers.ts'
import { deliveryGuards } from './workloads/0010-delivery-guards.ts'
import { targetWays } from './inventory/0011-target-ways.ts'
import { policies } from './inventory/0012-policies.ts'
import { triggerNames } from './workloads/0013-trigger-names.ts'
import { deploymentPages } from './workloads/0014-deployment-pages.ts'
import { images } from './workloads/0015-images.ts'
import { containerChanges } from './workloads/0016-container-changes.ts'
import { swarm } from './workloads/0017-swarm.ts'
import { stackHistory } from './workloads/0018-stack-history.ts'
import { stackSources } from './workloads/0019-stack-sources.ts'
import { logHistory } from './observation/0020-log-history.ts'
import { metricHistory } from './observation/0022-metric-history.ts'
import { stackApplies } from './workloads/0021-stack-applies.ts'
import { alerts } from './observation/0023-alerts.ts'
import { logMarks } from './observation/0025-log-marks.ts'
import { healthHistory } from './observation/0024-health-history.ts'
import { stackRemovals } from './workloads/0028-stack-removals.ts'
import { dashboards } from './faces/0026-dashboards.ts'

/** Every migration by its name; they run in the order of the names, once, and are never changed after a release. */
export const migrations: Record<string, Migration> = {
  '0001-identity': identity,
  '0002-observation': observation,
  '0003-stacks': stacks,
  '0004-deployments': deployments,
  '0005-configs': configs,
  '0006-backups': backups,
  '0007-certificates': certificates,
  '0008-notifications': notifications,
  '0009-triggers': triggers,
  '0010-delivery-guards': deliveryGuards,
  '0011-target-ways': targetWays,
  '0012-policies': policies,
  '0013-trigger-names': triggerNames,
  '0014-deployment-pages': deploymentPages,
  '0015-images': images,
  '0016-container-changes': containerChanges,
  '0017-swarm': swarm,
  '0018-stack-history': stackHistory,
  '0019-stack-sources': stackSources,
  '0020-log-history': logHistory,
  '0021-stack-applies': stackApplies,
  '0023-alerts': alerts,
  '0026-dashboards': dashboards,
  '0028-stack-removals': stackRemovals,
  '0022-metric-history': metricHistory,
  '0024-health-history': healthHistory,
  '0025-log-marks': logMarks,
}
