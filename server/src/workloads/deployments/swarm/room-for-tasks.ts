import type { ServiceSpec, SwarmServiceSpec, SwarmTask } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { placementOf } from '../../swarm/index.ts'
import { bad, type Found, well } from '../preflight/check.ts'

/** More of one service are not tried one by one. */
const mostTried = 100
const mostReasons = 3

type Cluster = Pick<Sight, 'nodes' | 'services' | 'tasks'>

const isGlobal = ({ Mode: mode }: ServiceSpec): boolean => Boolean(mode?.Global ?? mode?.GlobalJob)
const wantedOf = ({ Mode: mode }: ServiceSpec): number =>
  mode?.Replicated?.Replicas ?? mode?.ReplicatedJob?.MaxConcurrent ?? mode?.ReplicatedJob?.TotalCompletions ?? 1

/** A task as if it were there already, so that the next is counted beside it. */
const standIn = (serviceId: string, spec: ServiceSpec, nodeId: string, number: number): SwarmTask => ({
  ID: `${serviceId}.${number}`,
  CreatedAt: new Date(0).toISOString(),
  Spec: spec.TaskTemplate,
  ServiceID: serviceId,
  NodeID: nodeId,
  DesiredState: 'running',
  Status: { Timestamp: new Date(0).toISOString(), State: 'running' },
})

/** Without the tasks of the services themselves, which make room for their successors. */
function withoutOwn(sight: Cluster, services: readonly SwarmServiceSpec[]): Cluster {
  const names = new Set(services.map(({ name }) => name))
  const own = new Set(sight.services.flatMap(({ ID, Spec }) => (names.has(Spec.Name) ? [ID] : [])))
  return {
    nodes: sight.nodes,
    services: sight.services.filter(({ ID }) => !own.has(ID)),
    tasks: sight.tasks.filter(({ ServiceID }) => !own.has(ServiceID)),
  }
}

/** Why no node takes one more, of the nodes that come closest. */
function reasonsOf(cluster: Cluster, spec: ServiceSpec, serviceId: string): string {
  const { nodes } = placementOf(cluster, { spec, serviceId })
  const told = nodes.slice(0, mostReasons).map(({ hostname, reasons }) => `${hostname}: ${reasons.join(', ')}`)
  return told.length === 0 ? 'it has no nodes' : told.join('; ')
}

/** Whether all tasks of a stack find a node, counted together with what others have reserved; and one more where new ones start first. */
export function lookAtRoom(sight: Cluster, services: readonly SwarmServiceSpec[]): Found {
  let cluster = withoutOwn(sight, services)
  let placed = 0
  for (const { name, native } of services) {
    const serviceId = `wanted ${name}`
    const row = { ID: serviceId, Version: { Index: 0 }, CreatedAt: '', UpdatedAt: '', Spec: native }
    cluster = { ...cluster, services: [...cluster.services, row] }
    const wanted = isGlobal(native) ? 1 : Math.min(wantedOf(native), mostTried)
    const isThere = sight.services.some(({ Spec }) => Spec.Name === name)
    const beside = isThere && native.UpdateConfig?.Order === 'start-first' ? 1 : 0
    for (let number = 0; number < wanted + beside; number++) {
      const first = placementOf(cluster, { spec: native, serviceId }).nodes.find(({ fits }) => fits)
      if (first !== undefined) {
        if (number < wanted)
          cluster = { ...cluster, tasks: [...cluster.tasks, standIn(serviceId, native, first.nodeId, number)] }
        continue
      }
      const why = reasonsOf(cluster, native, serviceId)
      if (number >= wanted)
        return bad(
          `${name} starts a new task before the old one ends, and no node has room for one more: ${why}`,
          'Write update_config: { order: stop-first } in the Compose file, or make room.',
        )
      return bad(
        `${number} of ${wanted} tasks of ${name} find a node. ${why}`,
        'Add a node, lower what the service reserves or how many it has, or change its constraints.',
      )
    }
    placed += wanted
  }
  return well(`${placed} ${placed === 1 ? 'task fits' : 'tasks fit'}`)
}
