import type { ServiceSpec, SwarmNode, SwarmTask } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { firstLower, some } from '../plan-text.ts'
import { holdsRoom } from '../tasks/view.ts'
import { constraintReason } from './constraint.ts'
import { placementOf } from './placement.ts'

export interface Moved {
  readonly serviceId: string
  readonly name: string
  readonly tasks: number
  /** How many of them find no other node, and why of the first that takes none. */
  readonly stranded: number
  readonly why: string | null
  /** Global services have a task on each node: it ends and comes nowhere else. */
  readonly ends: boolean
}

/** What becomes of the tasks of a node when the Swarm looks as in `after`: who has to go, and whether there is room elsewhere. */
export function movesFrom(before: Sight, nodeId: string, changed: SwarmNode | null): Moved[] {
  const specs = new Map(before.services.map(({ ID, Spec }) => [ID, Spec]))
  const nodes = before.nodes.flatMap((node) => (node.ID === nodeId ? (changed ?? []) : node))
  const here = before.tasks.filter((task) => holdsRoom(task) && task.NodeID === nodeId)
  // One after the other: what has found a place takes room there from the next.
  let tasks: readonly SwarmTask[] = before.tasks.filter((task) => !here.includes(task))
  const moved: Moved[] = []
  for (const [serviceId, own] of Map.groupBy(here, (task) => task.ServiceID)) {
    const spec = specs.get(serviceId)
    if (!spec) continue
    const isGlobal = Boolean(spec.Mode?.Global ?? spec.Mode?.GlobalJob)
    const going = changed !== null && stays(spec, changed) ? [] : own
    if (going.length === 0) {
      tasks = [...tasks, ...own]
      continue
    }
    let stranded = 0
    let why: string | null = null
    for (const task of isGlobal ? [] : going) {
      const { nodes: places } = placementOf({ ...before, nodes, tasks }, { spec, serviceId })
      const place = places.find((one) => one.fits)
      if (place) tasks = [...tasks, { ...task, NodeID: place.nodeId }]
      else {
        stranded += 1
        why ??= places.map((one) => `${one.hostname}: ${firstLower(one.reasons[0] ?? 'it does not fit')}`).join('; ')
      }
    }
    moved.push({ serviceId, name: spec.Name, tasks: going.length, stranded, why, ends: isGlobal })
  }
  return moved
}

/** A node that is paused keeps what it has; one that is drained, or does not meet a constraint any more, does not. */
const stays = ({ TaskTemplate: { Placement: placement } }: ServiceSpec, node: SwarmNode): boolean =>
  node.Spec.Availability !== 'drain' &&
  (placement?.Constraints ?? []).every((constraint) => constraintReason(node, constraint) === null)

/** A line of a plan for each service that has to go. */
export function movedReasons(moved: readonly Moved[]): string[] {
  return moved.map(({ name, tasks, ends }) => {
    const own = `${some(tasks, 'task')} of ${name}`
    if (ends) return `${own} ${tasks === 1 ? 'ends' : 'end'}: it runs once on each node`
    return `${own} ${tasks === 1 ? 'moves' : 'move'}`
  })
}
export function movedWarnings(moved: readonly Moved[]): string[] {
  return moved
    .filter(({ stranded }) => stranded > 0)
    .map(
      ({ name, stranded, why }) =>
        `${some(stranded, 'task')} of ${name} would find no other node (${why ?? 'none fits'}).`,
    )
}
