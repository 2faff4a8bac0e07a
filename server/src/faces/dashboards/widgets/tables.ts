import type { Service, WidgetContent, WidgetSpec } from '@wheelhouse/contract'
import { type CallContext, callerMay } from '../../../dispatch/index.ts'
import { eachOnce, listServices } from '../../../workloads/services/index.ts'
import type { Shown, WidgetRoom } from '../room.ts'
import { requireSight, seenServices, seenTarget } from './about.ts'

type Table = Extract<WidgetSpec, { kind: 'table' }>

const usualRows = 20
const mostRuns = 500
const iso = (ms: number): string => new Date(ms).toISOString()

export function table(
  room: WidgetRoom,
  spec: Table,
  shown: Shown,
  context: CallContext,
): Promise<WidgetContent> | WidgetContent {
  switch (spec.of) {
    case 'services':
      return services(room, spec, context)
    case 'targets':
      return targets(room, spec, context)
    case 'deployments':
      return runs(room, spec, context)
    case 'crashes':
      return crashes(room, spec, shown, context)
    default:
      return spec.of satisfies never
  }
}

function services(
  room: WidgetRoom,
  { rows = usualRows, state, sort, ...about }: Table,
  { caller }: CallContext,
): WidgetContent {
  const seen = seenServices(room, about, 'services.read', caller)
  const { rows: all } = listServices(seen, { state, sort }, () => true)
  return { kind: 'services', items: all.slice(0, rows).map(lineOf), more: Math.max(0, all.length - rows) }
}

const lineOf = (service: Service) => ({
  id: service.id,
  name: service.name,
  stack: service.stack,
  targetName: service.targetName,
  state: service.state,
  health: service.health,
  reason: service.reason,
  stale: service.stale,
  cpuPercent: service.usage?.cpuPercent ?? null,
  memoryBytes: service.usage?.memoryBytes ?? null,
  restarts: service.restarts,
  changedAt: service.changedAt,
})

function targets(room: WidgetRoom, { rows = usualRows, target }: Table, { caller }: CallContext): WidgetContent {
  requireSight(caller, 'targets.read')
  const only = target === undefined ? null : seenTarget(room, target, caller)
  const seen = room.registry
    .targets()
    .filter(({ id }) => (only === null || id === only) && callerMay(caller, 'targets.read', { targetId: id }))
  const all = eachOnce(
    [...room.registry.services()].filter(({ targetId, id }) =>
      callerMay(caller, 'services.read', { targetId, serviceId: id }),
    ),
  )
  const items = seen.slice(0, rows).map(({ id, name, kind, state, usage }) => ({
    id,
    name,
    kind,
    state,
    services: all.filter(({ targetId }) => targetId === id).length,
    cpuPercent: usage?.cpuPercent ?? null,
    memoryPercent:
      usage?.memoryBytes == null || !usage.memoryTotalBytes ? null : (usage.memoryBytes / usage.memoryTotalBytes) * 100,
  }))
  return { kind: 'targets', items, more: Math.max(0, seen.length - rows) }
}

async function runs(
  room: WidgetRoom,
  { rows = usualRows, stack, state, target }: Table,
  context: CallContext,
): Promise<WidgetContent> {
  requireSight(context.caller, 'deployments.read')
  const targetId = target === undefined ? null : seenTarget(room, target, context.caller)
  const states = state?.split(',').map((word) => word.trim()) ?? null
  const { items } = await room.runs({ limit: mostRuns, ...(stack === undefined ? {} : { stack }) }, context)
  const found = items.filter(
    (run) =>
      (targetId === null || run.targets.some(({ id }) => id === targetId)) &&
      (states === null || states.includes(run.state)),
  )
  return {
    kind: 'deployments',
    items: found.slice(0, rows).map((run) => ({
      id: run.id,
      number: run.number,
      stack: run.stack,
      environment: run.environment,
      state: run.state,
      release: run.release?.number ?? null,
      requestedBy: run.requestedBy,
      createdAt: run.createdAt,
      finishedAt: run.finishedAt,
    })),
    more: Math.max(0, found.length - rows),
  }
}

async function crashes(
  room: WidgetRoom,
  { rows = usualRows, service, stack, target }: Table,
  { toMs }: Shown,
  context: CallContext,
): Promise<WidgetContent> {
  requireSight(context.caller, 'logs.read')
  const { items, more } = await room.crashes({ service, stack, target, until: iso(toMs), limit: rows }, context)
  return { kind: 'crashes', items, more: more ? 1 : 0 }
}
