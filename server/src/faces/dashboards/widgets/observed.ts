import { Failure, type WidgetContent, type WidgetSpec } from '@wheelhouse/contract'
import type { CallContext } from '../../../dispatch/index.ts'
import type { Shown, WidgetRoom } from '../room.ts'
import { requireSight, seenService, seenServices, seenTarget } from './about.ts'

type Spec<K extends WidgetSpec['kind']> = Extract<WidgetSpec, { kind: K }>
type Of<K extends WidgetContent['kind']> = Extract<WidgetContent, { kind: K }>

const usualRows = 20
const iso = (ms: number): string => new Date(ms).toISOString()

/** The newest kept lines, oldest first, as a log is read. */
export async function kept(
  room: WidgetRoom,
  { kind: _, rows, rangeMs: __, ...which }: Spec<'log'>,
  { fromMs, toMs }: Shown,
  context: CallContext,
): Promise<Of<'log'>> {
  requireSight(context.caller, 'logs.read')
  const { items } = await room.search(
    { ...which, since: iso(fromMs), until: iso(toMs), order: 'newest', limit: rows ?? 50 },
    context,
  )
  return { kind: 'log', items: items.toReversed() }
}

const worst = { unhealthy: 0, starting: 1, healthy: 2, none: 3 }

export async function healthList(room: WidgetRoom, spec: Spec<'health'>, context: CallContext): Promise<Of<'health'>> {
  const ids = new Set(seenServices(room, spec, 'health.read', context.caller).map(({ id }) => id))
  const all = (await room.health({}, context)).items.filter(({ serviceId }) => ids.has(serviceId))
  const count = (state: string): number => all.filter((item) => item.state === state).length
  const listed = all
    .filter(({ state }) => spec.only !== 'unhealthy' || state === 'unhealthy')
    .toSorted((a, b) => worst[a.state] - worst[b.state] || a.name.localeCompare(b.name))
  const rows = spec.rows ?? usualRows
  return {
    kind: 'health',
    healthy: count('healthy'),
    unhealthy: count('unhealthy'),
    starting: count('starting'),
    items: listed.slice(0, rows).map(({ serviceId, name, state, message, responseTimeMs }) => ({
      serviceId,
      name,
      state,
      message,
      responseTimeMs,
    })),
    more: Math.max(0, listed.length - rows),
  }
}

export async function eventList(
  room: WidgetRoom,
  { kind: _, rows, service, target, ...rest }: Spec<'events'>,
  { toMs }: Shown,
  context: CallContext,
): Promise<Of<'events'>> {
  requireSight(context.caller, 'timeline.read')
  const { items } = await room.events(
    {
      ...rest,
      ...(service === undefined ? {} : { service: seenService(room, service, 'timeline.read', context.caller).id }),
      ...(target === undefined ? {} : { target: seenTarget(room, target, context.caller) }),
      limit: rows ?? usualRows,
    },
    context,
  )
  return { kind: 'events', items: items.filter(({ at }) => Date.parse(at) <= toMs) }
}

export async function alertList(
  room: WidgetRoom,
  { kind: _, rows, ...which }: Spec<'alerts'>,
  context: CallContext,
): Promise<Of<'alerts'>> {
  requireSight(context.caller, 'alerts.read')
  if (room.alerts === null) throw new Failure('CAPABILITY_MISSING', 'No alerts are kept.')
  const limit = rows ?? usualRows
  const { items, counts, total } = await room.alerts({ ...which, limit }, context)
  return { kind: 'alerts', items, counts, more: Math.max(0, total - items.length) }
}
