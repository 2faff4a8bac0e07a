export const permissions = [
  'services.read',
  'services.operate',
  'services.remove',
  'services.exec',
  'stacks.read',
  'stacks.apply',
  'containers.manage',
  'files.read',
  'files.write',
  'images.read',
  'images.manage',
  'volumes.read',
  'volumes.manage',
  'networks.read',
  'networks.manage',
  'registries.read',
  'registries.manage',
  'swarm.read',
  'swarm.manage',
  'engines.manage',
  'policies.manage',
  'deployments.read',
  'deployments.run',
  'deployments.approve',
  'triggers.manage',
  'backups.read',
  'backups.manage',
  'configs.read',
  'configs.manage',
  'certificates.read',
  'certificates.manage',
  'notifications.manage',
  'targets.read',
  'targets.manage',
  'logs.read',
  'logs.write',
  'metrics.read',
  'health.read',
  'health.manage',
  'alerts.read',
  'alerts.acknowledge',
  'alerts.manage',
  'dashboards.manage',
  'timeline.read',
  'jobs.read',
  'jobs.manage',
  'users.manage',
  'audit.read',
  'settings.read',
  'settings.manage',
] as const
export type Permission = (typeof permissions)[number]

export const roles = ['admin', 'developer', 'viewer'] as const
export type Role = (typeof roles)[number]

const viewer: readonly Permission[] = [
  'services.read',
  'stacks.read',
  'images.read',
  'volumes.read',
  'networks.read',
  'registries.read',
  'swarm.read',
  'deployments.read',
  'backups.read',
  'configs.read',
  'certificates.read',
  'targets.read',
  'logs.read',
  'metrics.read',
  'health.read',
  'alerts.read',
  'timeline.read',
  'jobs.read',
]
const developer: readonly Permission[] = [
  ...viewer,
  'services.operate',
  'services.remove',
  'services.exec',
  'stacks.apply',
  'containers.manage',
  'files.read',
  'files.write',
  'images.manage',
  'volumes.manage',
  'networks.manage',
  'deployments.run',
  'deployments.approve',
  'triggers.manage',
  'backups.manage',
  'configs.manage',
  'certificates.manage',
  'health.manage',
  'logs.write',
  'alerts.acknowledge',
  'alerts.manage',
  'dashboards.manage',
  'jobs.manage',
]
export const rolePermissions: Record<Role, ReadonlySet<Permission>> = {
  admin: new Set(permissions),
  developer: new Set(developer),
  viewer: new Set(viewer),
}

/** A role on one target or one service; `id` is the target's or service's id. */
export interface Grant {
  readonly on: 'target' | 'service'
  readonly id: string
  readonly role: 'developer' | 'viewer'
}
export type Reach = 'all' | 'granted'

/** What authorisation needs to know of a caller; `limits` are a token's scopes, null for a person. */
export interface Authority {
  readonly role: Role
  readonly reach: Reach
  readonly grants: readonly Grant[]
  readonly limits: readonly Permission[] | null
}
/** Where a permission is asked for. Neither key: for the whole house. */
export interface Place {
  readonly targetId?: string
  readonly serviceId?: string
}

const matches = (grant: Grant, place: Place): boolean =>
  grant.on === 'target' ? grant.id === place.targetId : grant.id === place.serviceId

/** The one rule of authorisation, shared by server, web and tests: deny unless role or grant allow it. */
export function may(who: Authority, permission: Permission, place: Place = {}): boolean {
  if (who.limits && !who.limits.includes(permission)) return false
  if (who.reach === 'all' && rolePermissions[who.role].has(permission)) return true
  return who.grants.some((grant) => matches(grant, place) && rolePermissions[grant.role].has(permission))
}

/** True when the caller holds the permission somewhere, so a list may answer (filtered) instead of refusing. */
export function maySomewhere(who: Authority, permission: Permission): boolean {
  if (may(who, permission)) return true
  if (who.limits && !who.limits.includes(permission)) return false
  return who.grants.some((grant) => rolePermissions[grant.role].has(permission))
}
