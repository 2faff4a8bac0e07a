export * from './channels.ts'
export * from './contract.ts'
export * from './errors.ts'
export * from './events.ts'
export * from './faces/dashboards.ts'
export * from './faces/widget-data.ts'
export * from './faces/widgets.ts'
export * from './identity/audit.ts'
export {
  type Authority,
  may,
  maySomewhere,
  permissions,
  type Place,
  rolePermissions,
  roles,
} from './identity/authority.ts'
export * from './identity/auth.ts'
export * from './identity/encryption.ts'
export * from './identity/roles.ts'
export * from './identity/tokens.ts'
export * from './identity/users.ts'
export * from './inventory/certificates.ts'
export * from './inventory/configs.ts'
export * from './inventory/engines.ts'
export * from './inventory/policies.ts'
export * from './inventory/registries.ts'
export * from './inventory/targets.ts'
export * from './observation/alert-rules.ts'
export * from './observation/alerts.ts'
export * from './observation/checks.ts'
export * from './observation/crashes.ts'
export * from './observation/diagnostics.ts'
export * from './observation/diagnostics-report.ts'
export * from './observation/maintenance.ts'
export * from './observation/health.ts'
export * from './observation/health-history.ts'
export * from './observation/jobs.ts'
export * from './observation/log-bookmarks.ts'
export * from './observation/log-history.ts'
export * from './observation/logs.ts'
export * from './observation/metric-queries.ts'
export * from './observation/metrics.ts'
export * from './observation/notifications.ts'
export * from './observation/scrapes.ts'
export * from './observation/timeline.ts'
export * from './operation.ts'
export * from './page.ts'
export * from './plan.ts'
export * from './workloads/backups.ts'
export {
  builtInStages,
  type BuiltInStage,
  deploymentEnded,
  deploymentStates,
  stageStates,
  strategies,
} from './workloads/deployment-states.ts'
export * from './workloads/containers.ts'
export * from './workloads/deployments.ts'
export * from './workloads/images.ts'
export * from './workloads/networks.ts'
export * from './workloads/releases.ts'
export * from './workloads/services.ts'
export * from './workloads/stack-adoption.ts'
export * from './workloads/stack-revisions.ts'
export * from './workloads/stack-sources.ts'
export * from './workloads/stacks.ts'
export * from './workloads/swarm/cluster.ts'
export * from './workloads/swarm/nodes.ts'
export * from './workloads/swarm/objects.ts'
export * from './workloads/swarm/services.ts'
export * from './workloads/swarm/tasks.ts'
export * from './workloads/terminals.ts'
export * from './workloads/triggers.ts'
export * from './workloads/volumes.ts'
export { serviceActs, serviceAllows, serviceStates, worstState } from './workloads/states.ts'
export * from './wire.ts'
