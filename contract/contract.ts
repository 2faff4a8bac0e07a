import type { z } from 'zod'
import { dashboards } from './faces/dashboards.ts'
import { audit } from './identity/audit.ts'
import { auth } from './identity/auth.ts'
import { encryption } from './identity/encryption.ts'
import { tokens } from './identity/tokens.ts'
import { users } from './identity/users.ts'
import { certificates } from './inventory/certificates.ts'
import { configs } from './inventory/configs.ts'
import { engines } from './inventory/engines.ts'
import { policies } from './inventory/policies.ts'
import { registries } from './inventory/registries.ts'
import { targets } from './inventory/targets.ts'
import { alertRules } from './observation/alert-rules.ts'
import { alerts, silences } from './observation/alerts.ts'
import { crashes } from './observation/crashes.ts'
import { diagnostics } from './observation/diagnostics.ts'
import { health } from './observation/health.ts'
import { jobs } from './observation/jobs.ts'
import { logBookmarks } from './observation/log-bookmarks.ts'
import { logHistory } from './observation/log-history.ts'
import { logs } from './observation/logs.ts'
import { maintenance } from './observation/maintenance.ts'
import { metrics } from './observation/metrics.ts'
import { notifications } from './observation/notifications.ts'
import { scrapes } from './observation/scrapes.ts'
import { timeline } from './observation/timeline.ts'
import type { Operation } from './operation.ts'
import { backups } from './workloads/backups.ts'
import { containers } from './workloads/containers.ts'
import { deployments } from './workloads/deployments.ts'
import { images } from './workloads/images.ts'
import { networks } from './workloads/networks.ts'
import { releases } from './workloads/releases.ts'
import { services } from './workloads/services.ts'
import { stackSources } from './workloads/stack-sources.ts'
import { stacks } from './workloads/stacks.ts'
import { swarm } from './workloads/swarm/cluster.ts'
import { nodes } from './workloads/swarm/nodes.ts'
import { swarmConfigs, swarmSecrets } from './workloads/swarm/objects.ts'
import { swarmServices } from './workloads/swarm/services.ts'
import { tasks } from './workloads/swarm/tasks.ts'
import { terminals } from './workloads/terminals.ts'
import { triggers } from './workloads/triggers.ts'
import { volumes } from './workloads/volumes.ts'

/** Every domain, one line each. An interface, so that an editor infers only the domain in hand. */
export interface Contract {
  readonly auth: typeof auth
  readonly users: typeof users
  readonly tokens: typeof tokens
  readonly audit: typeof audit
  readonly encryption: typeof encryption
  readonly targets: typeof targets
  readonly policies: typeof policies
  readonly engines: typeof engines
  readonly configs: typeof configs
  readonly certificates: typeof certificates
  readonly registries: typeof registries
  readonly services: typeof services
  readonly containers: typeof containers
  readonly images: typeof images
  readonly volumes: typeof volumes
  readonly networks: typeof networks
  readonly swarm: typeof swarm
  readonly nodes: typeof nodes
  readonly tasks: typeof tasks
  readonly swarmServices: typeof swarmServices
  readonly swarmSecrets: typeof swarmSecrets
  readonly swarmConfigs: typeof swarmConfigs
  readonly stacks: typeof stacks
  readonly stackSources: typeof stackSources
  readonly deployments: typeof deployments
  readonly releases: typeof releases
  readonly backups: typeof backups
  readonly triggers: typeof triggers
  readonly terminals: typeof terminals
  readonly logs: typeof logs
  readonly logHistory: typeof logHistory
  readonly logBookmarks: typeof logBookmarks
  readonly metrics: typeof metrics
  readonly scrapes: typeof scrapes
  readonly health: typeof health
  readonly timeline: typeof timeline
  readonly crashes: typeof crashes
  readonly jobs: typeof jobs
  readonly notifications: typeof notifications
  readonly alerts: typeof alerts
  readonly alertRules: typeof alertRules
  readonly silences: typeof silences
  readonly diagnostics: typeof diagnostics
  readonly maintenance: typeof maintenance
  readonly dashboards: typeof dashboards
}

export const contract: Contract = {
  auth,
  users,
  tokens,
  audit,
  encryption,
  targets,
  policies,
  engines,
  configs,
  certificates,
  registries,
  services,
  containers,
  images,
  volumes,
  networks,
  swarm,
  nodes,
  tasks,
  swarmServices,
  swarmSecrets,
  swarmConfigs,
  stacks,
  stackSources,
  deployments,
  releases,
  backups,
  triggers,
  terminals,
  logs,
  logHistory,
  logBookmarks,
  metrics,
  scrapes,
  health,
  timeline,
  crashes,
  jobs,
  notifications,
  alerts,
  alertRules,
  silences,
  diagnostics,
  maintenance,
  dashboards,
}

/** Every operation, in the order of the contract. */
export const operations: readonly Operation[] = Object.values(contract).flatMap((domain): Operation[] =>
  Object.values(domain),
)

export type InputOf<O extends Operation> = z.input<O['input']>
export type OutputOf<O extends Operation> = z.output<O['output']>
