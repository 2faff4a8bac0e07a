import type { WidgetContent, WidgetSpec } from '@wheelhouse/contract'
import { type CallContext, callerMay } from '../../../dispatch/index.ts'
import { eachOnce, listServices } from '../../../workloads/services/index.ts'
import type { WidgetRoom } from '../room.ts'
import { seenServices, seenTarget } from './about.ts'

const mostMarks = 300

/** One mark a service, a row a target, what needs a hand first. */
export function topology(
  room: WidgetRoom,
  spec: Extract<WidgetSpec, { kind: 'topology' }>,
  { caller }: CallContext,
): WidgetContent {
  const services = eachOnce(seenServices(room, spec, 'services.read', caller))
  const byTarget = Map.groupBy(services, ({ targetId }) => targetId)
  const only = spec.target === undefined ? null : seenTarget(room, spec.target, caller)
  const isWhole = spec.service === undefined && spec.stack === undefined
  const targets = room.registry
    .targets()
    .filter(({ id }) => only === null || id === only)
    // An empty target is one of the fleet; of a stack it is none.
    .filter(({ id }) => byTarget.has(id) || (isWhole && callerMay(caller, 'targets.read', { targetId: id })))
  return {
    kind: 'topology',
    targets: targets.map(({ id, name, kind, state }) => {
      const { rows } = listServices(byTarget.get(id) ?? [], {}, () => true)
      return {
        id,
        name,
        kind,
        state,
        marks: rows
          .slice(0, mostMarks)
          .map((row) => ({ id: row.id, name: row.name, state: row.state, stale: row.stale })),
        more: Math.max(0, rows.length - mostMarks),
      }
    }),
  }
}
