import { type Task, taskStates } from '@wheelhouse/contract'
import { exitCodeOf, isCurrentTask, type SwarmTask, wordsOf } from '@wheelhouse/driver'
import { type Registry, serviceIdOf, type Swarms } from '../../../inventory/targets/index.ts'
import { sentence } from '../plan-text.ts'
import type { Seen } from '../room.ts'

type State = Task['state']

const known: ReadonlySet<string> = new Set(taskStates)
const stateOf = (text: string): State => (known.has(text) ? (text as State) : 'orphaned')

/** It waited for a node when it was not wanted any more, and the engine leaves it as it was. */
const calledOff = (task: SwarmTask): boolean =>
  !task.NodeID && (task.DesiredState === 'shutdown' || task.DesiredState === 'remove')

/** A task that takes up room on its node: it has not ended, and was not told to wait in vain. */
const over: ReadonlySet<string> = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'])
export const isPresent = (task: SwarmTask): boolean =>
  (!over.has(task.Status.State) && !calledOff(task)) ||
  (task.DesiredState === 'running' && task.Status.State !== 'complete')
/** It holds what it reserved. */
export const holdsRoom = (task: SwarmTask): boolean =>
  !over.has(task.Status.State) && task.NodeID !== undefined && task.NodeID !== ''

const ofJob = (task: SwarmTask): boolean => task.JobIteration !== undefined && task.JobIteration !== null

const waits: Partial<Record<State, string>> = {
  new: 'waits to be looked at by the scheduler',
  pending: 'waits for a node that can take it',
  assigned: 'waits for its node to take it on',
  accepted: 'is about to be prepared by its node',
  preparing: 'is prepared: its image is pulled, its networks are joined',
  ready: 'is ready, and waits for its turn to start',
  starting: 'starts, and is not healthy yet',
  orphaned: 'was lost with its node',
}

/** Why it waits or why it ended; null where it runs, or ended as it was told to. */
function reasonOf(task: SwarmTask): string | null {
  const { State: state, Err: error } = task.Status
  if (state === 'running' || state === 'complete') return null
  if (error) return sentence(wordsOf(task))
  if (state === 'failed' || state === 'rejected') return sentence(wordsOf(task))
  const why = waits[stateOf(state)]
  return why === undefined ? null : sentence(`it ${why}`)
}

/** Those of its node itself (host, bridge) have no address of the Swarm's, and are left out. */
function networksOf({ NetworksAttachments: attachments }: SwarmTask): Task['networks'] {
  return (attachments ?? []).flatMap(({ Network: network, Addresses: addresses }) => {
    const id = network?.ID
    const [address] = addresses ?? []
    return id === undefined || address === undefined
      ? []
      : [{ networkId: id, name: network?.Spec?.Name ?? id, address: address.replace(/\/\d+$/, '') }]
  })
}

export interface Engines {
  readonly registry: Registry
  readonly swarms: Pick<Swarms, 'engineOf'>
}

/** What all tasks of a Swarm are shown with. */
export function taskViews({ targetId, sight }: Seen, { registry, swarms }: Engines): (task: SwarmTask) => Task {
  const services = new Map(sight.services.map((service) => [service.ID, service]))
  const nodes = new Map(sight.nodes.map((node) => [node.ID, node]))
  const containerOf = (task: SwarmTask): string | null => {
    const container = task.Status.ContainerStatus?.ContainerID
    const engine = container && task.NodeID ? swarms.engineOf(task.NodeID) : null
    if (!container || engine === null) return null
    const id = serviceIdOf(engine, container)
    return registry.service(id) === null ? null : id
  }
  return (task) => {
    const service = services.get(task.ServiceID)
    const current = service !== undefined && isCurrentTask(service, task) && isPresent(task)
    return {
      id: task.ID,
      swarmId: targetId,
      serviceId: serviceIdOf(targetId, task.ServiceID),
      serviceName: service?.Spec.Name ?? task.ServiceID,
      slot: task.Slot || null,
      nodeId: task.NodeID || null,
      nodeName: nodes.get(task.NodeID ?? '')?.Description?.Hostname ?? null,
      state: stateOf(task.Status.State),
      desired: stateOf(task.DesiredState),
      image: (task.Spec.ContainerSpec?.Image ?? '').replace(/@sha256:[0-9a-f]{64}$/, ''),
      reason: reasonOf(task),
      exitCode: exitCodeOf(task),
      containerServiceId: containerOf(task),
      networks: networksOf(task),
      specVersion: ofJob(task) ? (task.JobIteration?.Index ?? null) : null,
      current,
      createdAt: new Date(Date.parse(task.CreatedAt) || 0).toISOString(),
      changedAt: new Date(Date.parse(task.Status.Timestamp) || 0).toISOString(),
    }
  }
}

const needs: Record<State, number> = {
  rejected: 0,
  failed: 0,
  orphaned: 1,
  pending: 2,
  new: 3,
  assigned: 3,
  accepted: 3,
  preparing: 3,
  ready: 3,
  starting: 3,
  running: 5,
  complete: 6,
  shutdown: 7,
  remove: 7,
}

/** Those that need somebody first: what failed and is still wanted, what waits; then by service and slot. */
export function byNeed(a: Task, b: Task): number {
  const need = (task: Task): number =>
    task.desired === 'shutdown' || task.desired === 'remove' ? 8 : needs[task.state]
  return (
    need(a) - need(b) ||
    (a.serviceName < b.serviceName ? -1 : a.serviceName > b.serviceName ? 1 : 0) ||
    (a.slot ?? 0) - (b.slot ?? 0) ||
    (a.createdAt < b.createdAt ? 1 : -1)
  )
}

/** How many are in each state. */
export function countStates(tasks: readonly SwarmTask[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const task of tasks) {
    const state = stateOf(task.Status.State)
    counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}
