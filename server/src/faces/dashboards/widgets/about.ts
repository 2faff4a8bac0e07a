import { Failure, maySomewhere, type Permission, type Service } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../../dispatch/index.ts'
import type { WidgetRoom } from '../room.ts'

/** What a widget is about. */
export interface About {
  readonly service?: string | undefined
  readonly stack?: string | undefined
  readonly target?: string | undefined
}

/** A widget that its viewer may not look at says so; nothing else of the board does. */
export function requireSight(caller: Caller, permission: Permission): void {
  if (caller.kind === 'system' || (caller.authority !== null && maySomewhere(caller.authority, permission))) return
  throw new Failure('FORBIDDEN', `You may not see this: it needs ${permission}. An administrator can allow it.`, {
    permission,
  })
}

/** The same words for what is not there and for what may not be seen: a board must not tell which. */
export const unseen = (kind: string, id: string): Failure =>
  new Failure('NOT_FOUND', `The ${kind} "${id}" is gone, or you may not see it.`, { kind, id })

/** The service of that name, as the viewer may see it. Throws NOT_FOUND. */
export function seenService(room: WidgetRoom, reference: string, permission: Permission, caller: Caller): Service {
  const found = room.registry.findService(reference, (place) => callerMay(caller, permission, place))
  if (found === null) throw unseen('service', reference)
  return found
}

/** Services that a widget is about, of those the viewer may see. Throws NOT_FOUND for a service or target that he may not. */
export function seenServices(room: WidgetRoom, about: About, permission: Permission, caller: Caller): Service[] {
  requireSight(caller, permission)
  const { registry } = room
  const may = (service: Service): boolean =>
    callerMay(caller, permission, { targetId: service.targetId, serviceId: service.id })
  if (about.service !== undefined) {
    const [stack, stackService] = about.service.split('/')
    const replicas = [...registry.services()].filter(
      (service) =>
        stackService !== undefined && service.stack === stack && service.stackService === stackService && may(service),
    )
    return replicas.length > 0 ? replicas : [seenService(room, about.service, permission, caller)]
  }
  const targetId = about.target === undefined ? null : seenTarget(room, about.target, caller)
  return [...registry.services()].filter(
    (service) =>
      (targetId === null || service.targetId === targetId) &&
      (about.stack === undefined || service.stack === about.stack) &&
      may(service),
  )
}

/** Its id; one is seen by whoever may see something on it. Throws NOT_FOUND. */
export function seenTarget(room: WidgetRoom, reference: string, caller: Caller): string {
  const { registry } = room
  const record = registry.findTarget(reference)
  const mayTarget = record !== null && callerMay(caller, 'targets.read', { targetId: record.id })
  const mayService = (): boolean =>
    [...registry.services()].some(
      ({ targetId, id }) => targetId === record?.id && callerMay(caller, 'services.read', { targetId, serviceId: id }),
    )
  if (record === null || (!mayTarget && !mayService())) throw unseen('target', reference)
  return record.id
}
