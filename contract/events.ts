import { z } from 'zod'
import { Id, JsonObject, Timestamp } from './page.ts'

/** Every type of event, by the channel that carries it beside `system`, which carries all. */
export const eventTypes = {
  'target.registered': 'system',
  'target.updated': 'system',
  'target.removed': 'system',
  'target.connected': 'system',
  'target.lost': 'system',
  'service.created': 'system',
  'service.removed': 'system',
  'service.renamed': 'system',
  'service.started': 'system',
  'service.stopped': 'system',
  'service.failed': 'system',
  'service.crash-looping': 'system',
  'service.restarted': 'system',
  'service.paused': 'system',
  'service.resumed': 'system',
  'service.out-of-memory': 'system',
  'service.health': 'system',
  'service.exec': 'system',
  'container.replaced': 'system',
  'image.pulled': 'system',
  'image.newer': 'system',
  'image.removed': 'system',
  'volume.created': 'system',
  'volume.removed': 'system',
  'volume.restored': 'system',
  'network.created': 'system',
  'network.removed': 'system',
  'file.written': 'system',
  'registry.changed': 'system',
  'registry.refused': 'alerts',
  'policy.changed': 'system',
  'policy.refused': 'alerts',
  'node.joined': 'system',
  'node.left': 'system',
  'node.state': 'alerts',
  'node.changed': 'system',
  'swarm.quorum': 'alerts',
  'swarm.changed': 'system',
  'rollout.started': 'deployments',
  'rollout.finished': 'deployments',
  'rollout.rolled-back': 'alerts',
  'rollout.stalled': 'alerts',
  'secret.rotated': 'system',
  'source.synced': 'deployments',
  'source.failed': 'alerts',
  'stack.adopted': 'deployments',
  'stack.applied': 'deployments',
  'stack.failed': 'deployments',
  'stack.removed': 'deployments',
  'deployment.queued': 'deployments',
  'deployment.started': 'deployments',
  'deployment.waiting': 'deployments',
  'deployment.finished': 'deployments',
  'release.pinned': 'deployments',
  'release.removed': 'deployments',
  'backup.created': 'system',
  'backup.failed': 'alerts',
  'backup.missed': 'alerts',
  'backup.restored': 'system',
  'backup.drilled': 'system',
  'backup.removed': 'system',
  'config.changed': 'system',
  'certificate.created': 'system',
  'certificate.expiring': 'alerts',
  'trigger.fired': 'system',
  'trigger.missed': 'alerts',
  'notification.failed': 'alerts',
  'alert.fired': 'alerts',
  'alert.acknowledged': 'alerts',
  'alert.escalated': 'alerts',
  'alert.cleared': 'alerts',
  'alert-rule.changed': 'system',
  'job.queued': 'deployments',
  'job.progress': 'deployments',
  'job.finished': 'deployments',
  'user.signed-in': 'system',
  'user.locked-out': 'system',
  'user.changed': 'system',
  'session.reuse-detected': 'alerts',
  'system.started': 'system',
  'system.warning': 'alerts',
} as const
export type EventType = keyof typeof eventTypes
export const EventType = z.enum(Object.keys(eventTypes) as [EventType, ...EventType[]])

export const Severity = z.enum(['info', 'warning', 'error'])

/** One thing that happened. `message` is a whole sentence; `data` holds what it was made from. */
export const Event = z.object({
  id: Id,
  type: z.string().describe('see eventTypes; a client meets types it does not know and shows their message'),
  at: Timestamp,
  severity: Severity,
  message: z.string(),
  actor: z.string().nullable().describe('user name when a person did it'),
  targetId: z.string().nullable(),
  serviceId: z.string().nullable(),
  serviceName: z.string().nullable(),
  stack: z.string().nullable(),
  data: JsonObject,
})
export type Event = z.infer<typeof Event>

/** What a domain hands to the event log; the log adds id and time. */
export interface NewEvent {
  readonly type: EventType
  readonly severity?: z.infer<typeof Severity>
  readonly message: string
  readonly actor?: string | null
  readonly targetId?: string | null
  readonly serviceId?: string | null
  readonly serviceName?: string | null
  readonly stack?: string | null
  readonly data?: Record<string, unknown>
}
