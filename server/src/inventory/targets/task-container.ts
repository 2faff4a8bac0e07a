import { Failure, type Place, type Service } from '@wheelhouse/contract'
import { type SwarmService, type SwarmTask, wordsOf } from '@wheelhouse/driver'
import type { Sight } from './cluster-picture.ts'
import { type Mirror, serviceIdOf } from './mirror.ts'

export interface TaskParts {
  /** Every target that is watched. */
  mirrors(): Iterable<Mirror>
  /** The registered engine that is this node; null where it is not registered. */
  engineOf(nodeId: string): string | null
}

interface Found {
  readonly mirror: Mirror
  readonly sight: Sight
  readonly service: SwarmService
  readonly task: SwarmTask
}

const ended: ReadonlySet<string> = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'])
const nodeNameOf = (sight: Sight, task: SwarmTask): string | null =>
  sight.nodes.find(({ ID }) => ID === task.NodeID)?.Description?.Hostname ?? null

/** `web.2`; of a service that runs once on each node, `agent@n2`. */
export function taskName({ sight, service, task }: Pick<Found, 'sight' | 'service' | 'task'>): string {
  const { Name: name } = service.Spec
  return task.Slot ? `${name}.${task.Slot}` : `${name}@${nodeNameOf(sight, task) ?? task.ID}`
}

/** Of a Swarm service: what its running tasks are called. */
export function runningTasks({ cluster }: Pick<Mirror, 'cluster'>, nativeId: string): string[] {
  const sight = cluster?.sight
  const service = sight?.services.find(({ ID }) => ID === nativeId)
  if (!sight || !service) return []
  return sight.tasks
    .filter((task) => task.ServiceID === nativeId && task.Status.State === 'running')
    .map((task) => taskName({ sight, service, task }))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/**
 * The container of a Swarm task, on the engine of its node. The reference is a task's id, also the beginning of one, or `service.slot`
 * (`service@node` of a service that runs once on each), the service by name, id, or with its Swarm before a colon. Null where it names
 * no task that may be seen. Throws what keeps one from its container: CAPABILITY_MISSING where its node is no target here,
 * TARGET_UNREACHABLE, STATE_CONFLICT where there is none, FORBIDDEN, or CONFLICT where several are meant.
 */
export function findTaskContainer(
  parts: TaskParts,
  reference: string,
  visible: (place: Place) => boolean,
): Service | null {
  const found = tasksCalled(parts, reference).filter(({ mirror, service }) => {
    const { id } = mirror.record
    return visible({ targetId: id, serviceId: serviceIdOf(id, service.ID) })
  })
  // The tasks of one slot come one after the other; of several Swarms each may have one of that name.
  const meant = new Map(found.toSorted(byNeed).map((one) => [`${one.mirror.record.id} ${one.service.ID}`, one]))
  const [first, second] = [...meant.values()]
  if (!first) return null
  if (!second) return containerOf(parts, first, visible)
  const candidates = [...meant.values()].map(({ task }) => task.ID)
  throw new Failure(
    'CONFLICT',
    `${meant.size} tasks are called ${reference}: ${candidates.slice(0, 5).join(', ')}. Name one by its id.`,
    { candidates },
  )
}

/** The one that runs last, for it takes the place of those before. */
function byNeed({ task: a }: Found, { task: b }: Found): number {
  const need = (task: SwarmTask): number =>
    (task.DesiredState === 'running' ? 2 : 0) + (task.Status.State === 'running' ? 1 : 0)
  return need(a) - need(b) || Date.parse(a.CreatedAt) - Date.parse(b.CreatedAt)
}

function tasksCalled({ mirrors }: TaskParts, reference: string): Found[] {
  const [, service = '', mark, place = ''] =
    /^([^@]+)(@)(.+)$/.exec(reference) ?? /^(.+)(\.)(\d+)$/.exec(reference) ?? []
  const of = mark === undefined ? null : { service, place, slot: mark === '.' }
  const isId = /^[a-z0-9]{6,25}$/.test(reference)
  if (of === null && !isId) return []
  return [...mirrors()].flatMap((mirror) => {
    const sight = mirror.cluster?.sight
    if (!sight) return []
    const services = new Map(sight.services.map((service) => [service.ID, service]))
    return sight.tasks.flatMap((task) => {
      const service = services.get(task.ServiceID)
      if (!service) return []
      const one = { mirror, sight, service, task }
      const named =
        of !== null && isOf(one, of.service) && (of.slot ? String(task.Slot) === of.place : isOn(one, of.place))
      return named || (isId && task.ID.startsWith(reference)) ? [one] : []
    })
  })
}

function isOf({ mirror: { record }, service: { ID, Spec } }: Found, wanted: string): boolean {
  const full = [Spec.Name, ID].flatMap((own) => [own, `${record.id}:${own}`, `${record.name}:${own}`])
  return full.includes(wanted)
}

function isOn({ sight, task }: Found, node: string): boolean {
  return !task.Slot && (task.NodeID === node || nodeNameOf(sight, task) === node)
}

function containerOf({ mirrors, engineOf }: TaskParts, one: Found, visible: (place: Place) => boolean): Service {
  const { task, sight, mirror } = one
  const name = taskName(one)
  const container = task.Status.ContainerStatus?.ContainerID
  if (!task.NodeID || !container) {
    const said = wordsOf(task)
    const why = said === '' ? '' : ` (${said})`
    throw new Failure('STATE_CONFLICT', `${name} is ${task.Status.State} and has no container${why}.`, {
      taskId: task.ID,
      state: task.Status.State,
    })
  }
  const rows = [...mirrors()]
    .filter(({ record }) => record.kind === 'docker')
    .flatMap((engine) => engine.services.get(serviceIdOf(engine.record.id, container)) ?? [])
  const seen = rows.filter(({ targetId, id }) => visible({ targetId, serviceId: id }))
  // One engine may be registered twice, and one way to it be cut.
  const best = seen.find(({ stale }) => !stale) ?? seen[0]
  if (best) return best
  const node = nodeNameOf(sight, task) ?? task.NodeID
  const where = { taskId: task.ID, swarmId: mirror.record.id, nodeId: task.NodeID, nodeName: node }
  if (rows.length > 0)
    throw new Failure(
      'FORBIDDEN',
      `${name} runs on ${node}, where you may not see its container. An administrator can allow it.`,
      { permission: 'services.read', ...where },
    )
  const engine = engineOf(task.NodeID)
  if (engine === null)
    throw new Failure(
      'CAPABILITY_MISSING',
      `${name} runs on the node ${node}, which is no target here, so nothing reaches into it. Register the engine of ${node}.`,
      { capability: 'exec', ...where },
    )
  if (ended.has(task.Status.State))
    throw new Failure('STATE_CONFLICT', `${name} has ended on ${node}, and its container is gone.`, where)
  throw new Failure(
    'TARGET_UNREACHABLE',
    `${node} has not told yet of the container of ${name}. Try again in a moment.`,
    {
      ...where,
      targetId: engine,
    },
  )
}
