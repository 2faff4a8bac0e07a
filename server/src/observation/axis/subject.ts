import { Failure, type Permission, type Service } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import type { SourceRow } from '../log-history/index.ts'
import type { AxisRoom } from './room.ts'

export interface Asked {
  readonly service?: string | undefined
  readonly stack?: string | undefined
  readonly target?: string | undefined
}

/** What an axis is of, of what the caller may see. */
export interface Subject {
  readonly kind: 'service' | 'stack' | 'target'
  readonly name: string
  readonly stack: string | null
  readonly targetId: string | null
  /** Ids of services that are there and that were, those that are there first. */
  readonly serviceIds: readonly string[]
  /** Whose lives are known; empty where nothing is kept, or it may not be read. */
  readonly sources: readonly SourceRow[]
  /** The same, as questions of other rooms take it. */
  readonly which: Asked
}

const nobody = (kind: string, id: string): Failure =>
  new Failure('NOT_FOUND', `There is no ${kind} "${id}", or you may not see it.`, { kind, id })

/** Throws NOT_FOUND for what is not there or may not be seen, VALIDATION_FAILED where nothing is named. */
export function subjectOf(room: AxisRoom, asked: Asked, caller: Caller): Subject {
  if (asked.service !== undefined) return ofService(room, asked.service, asked, caller)
  if (asked.stack !== undefined) return ofStack(room, asked.stack, asked.target, caller)
  if (asked.target !== undefined) return ofTarget(room, asked.target, caller)
  throw new Failure('VALIDATION_FAILED', 'Name a service, a stack or a target.', { field: 'service' })
}

const seen =
  (caller: Caller, permission: Permission = 'timeline.read') =>
  ({ targetId, id }: Service): boolean =>
    callerMay(caller, permission, { targetId, serviceId: id })

/** Rows that are kept under such names; none where there are none. */
function past(room: AxisRoom, asked: Asked, caller: Caller): SourceRow[] {
  try {
    return room.past
      .select(asked, caller)
      .filter(({ targetId, serviceId }) => callerMay(caller, 'timeline.read', { targetId, serviceId }))
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return []
    throw error
  }
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)]

function ofService({ registry, ...room }: AxisRoom, reference: string, asked: Asked, caller: Caller): Subject {
  const whole = { registry, ...room }
  const may = (place: { targetId?: string; serviceId?: string }): boolean => callerMay(caller, 'timeline.read', place)
  const now = findService(whole, reference, may)
  const sources = past(whole, { ...asked, service: now?.id ?? reference }, caller)
  const [first] = sources
  const named = now ?? first
  if (!named) throw nobody('service', reference)
  const stackService = reference.includes('/') && now === null
  return {
    kind: 'service',
    name: stackService ? reference : named.name,
    stack: named.stack,
    targetId: named.targetId,
    serviceIds: unique([...(now ? [now.id] : []), ...sources.toReversed().map(({ serviceId }) => serviceId)]),
    sources,
    which: { service: now?.id ?? reference },
  }
}

/** A name that several have is a question of which, unless lines are kept of it. */
function findService(
  room: AxisRoom,
  reference: string,
  may: Parameters<AxisRoom['registry']['findService']>[1],
): Service | null {
  try {
    return room.registry.findService(reference, may)
  } catch (error) {
    if (error instanceof Failure && reference.includes('/')) return null
    throw error
  }
}

function ofStack(room: AxisRoom, stack: string, target: string | undefined, caller: Caller): Subject {
  const targetId = target === undefined ? null : (room.registry.findTarget(target)?.id ?? target)
  const here = [...room.registry.services()].filter(
    (service) =>
      service.stack === stack && (targetId === null || service.targetId === targetId) && seen(caller)(service),
  )
  const which = { stack, ...(targetId === null ? {} : { target: targetId }) }
  const sources = past(room, which, caller)
  if (here.length === 0 && sources.length === 0 && !callerMay(caller, 'timeline.read')) throw nobody('stack', stack)
  return {
    kind: 'stack',
    name: stack,
    stack,
    targetId: targetId ?? here[0]?.targetId ?? sources[0]?.targetId ?? null,
    serviceIds: unique([...here.map(({ id }) => id), ...sources.toReversed().map(({ serviceId }) => serviceId)]),
    sources,
    which,
  }
}

function ofTarget(room: AxisRoom, reference: string, caller: Caller): Subject {
  const record = room.registry.findTarget(reference)
  if (record === null || !callerMay(caller, 'timeline.read', { targetId: record.id })) throw nobody('target', reference)
  const here = [...room.registry.services()].filter(
    (service) => service.targetId === record.id && seen(caller)(service),
  )
  return {
    kind: 'target',
    name: record.name,
    stack: null,
    targetId: record.id,
    serviceIds: here.map(({ id }) => id),
    sources: past(room, { target: record.id }, caller),
    which: { target: record.id },
  }
}
