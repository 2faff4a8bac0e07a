import { Failure, type Plan, type PlanStep, type Service } from '@wheelhouse/contract'
import type { FoundResource } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { countVerbs } from '../../../dispatch/index.ts'
import type { StackRoom } from '../room.ts'
import { isInterrupted } from '../journal/interrupted.ts'
import { digestOf } from './digest.ts'
import { holding } from './hold.ts'
import { stopAndRemove } from './perform.ts'
import { summarize } from './plan.ts'
import { pool } from './pool.ts'
import { presentOn, requireConnected } from './present.ts'
import { levels } from '../rendered.ts'
import type { StackTarget } from '../stack-targets.ts'
import { planSwarmRemove, removeFromSwarm } from '../swarm/remove.ts'

export interface RemoveData extends Record<string, unknown> {
  readonly stackId: string
  readonly name: string
  readonly targetId: string
  readonly volumes: boolean
  readonly by: string
}
interface Leaving {
  /** In groups, dependents first. */
  readonly services: readonly (readonly Service[])[]
  readonly networks: readonly FoundResource[]
  readonly volumes: readonly FoundResource[]
}

async function leaving(room: StackRoom, target: StackTarget, stackId: string, name: string): Promise<Leaving> {
  const present = await presentOn(room.targets, target.id)
  const services = present.services.filter((service) => service.stack === name)
  const stack = await room.store.get(stackId)
  const last = stack ? (await room.store.past(stack)).all[0] : undefined
  const order = last ? levels(last.workloads).map((level) => new Set(level.map((workload) => workload.spec.name))) : []
  const known = new Set(order.flatMap((names) => [...names]))
  const groups = [
    services.filter((service) => !known.has(service.name)),
    ...order.toReversed().map((names) => services.filter((service) => names.has(service.name))),
  ]
  const own = present.resources.filter((resource) => resource.stack === name)
  return {
    services: groups.filter((group) => group.length > 0),
    networks: own.filter((resource) => resource.kind === 'network'),
    volumes: own.filter((resource) => resource.kind === 'volume'),
  }
}

export async function planRemove(
  room: StackRoom,
  target: StackTarget,
  data: Pick<RemoveData, 'stackId' | 'name' | 'volumes'>,
): Promise<Plan> {
  if (target.kind === 'swarm') return planSwarmRemove(room, target, data)
  const { services, networks, volumes } = await leaving(room, requireConnected(target), data.stackId, data.name)
  const gone = (kind: PlanStep['kind'], name: string, reasons: string[] = []): PlanStep => ({
    verb: 'remove',
    kind,
    name,
    reasons,
  })
  const steps = [
    ...services.flat().map((service) => gone('service', service.stackService ?? service.name)),
    ...networks.map((network) => gone('network', network.name)),
    ...(data.volumes ? volumes.map((volume) => gone('volume', volume.name, ['its data is lost'])) : []),
  ]
  const key = await room.store.digestKey()
  return {
    summary:
      steps.length > 0
        ? summarize(data.name, target.name, steps)
        : `Nothing of ${data.name} is left on ${target.name}.`,
    steps,
    counts: countVerbs(steps),
    warnings:
      data.volumes && volumes.length > 0
        ? [`The data in ${volumes.map((volume) => volume.name).join(', ')} is lost for good.`]
        : [],
    kept: data.volumes ? [] : volumes.map((volume) => `volume ${volume.name}`),
    digest: digestOf(
      { target: target.id, name: data.name, steps, ids: services.flat().map((service) => service.id) },
      key,
    ),
  }
}

/** The job `stacks.remove`. What is gone already is no failure, so that it can run again. */
export const runRemove = (room: StackRoom, data: RemoveData, job: JobContext): Promise<Record<string, unknown>> =>
  holding(room, data.stackId, job, null, () => removeAll(room, data, job))

async function removeAll(room: StackRoom, data: RemoveData, job: JobContext): Promise<Record<string, unknown>> {
  const target = requireConnected(room.targets.resolve(data.targetId))
  const { stackId, name, targetId, volumes, by } = data
  await room.removals.begin({ stackId, name, targetId, volumes, by, jobId: job.job.id, startedAt: Date.now() })
  // What an apply that was cut off still had to do is not wanted any more.
  await room.journal.end(stackId)
  try {
    return await removeWhole(room, target, data, job)
  } catch (error) {
    // It stays written down: it is gone on with when this program is there again.
    if (isInterrupted(job)) throw error
    await room.removals.end(stackId)
    throw error
  }
}

async function removeWhole(
  room: StackRoom,
  target: StackTarget,
  data: RemoveData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const total =
    target.kind === 'swarm'
      ? await removeFromSwarm(room, target, data.name, job)
      : await removeServices(room, target, data, job)
  await room.store.remove(data.stackId)
  await room.removals.end(data.stackId)
  room.announce({
    type: 'stack.removed',
    message: `${data.name} was removed from ${target.name}.`,
    actor: data.by,
    targetId: target.id,
    stack: data.name,
    data: { volumes: data.volumes },
  })
  return { stackId: data.stackId, removed: total }
}

async function removeServices(
  room: StackRoom,
  target: StackTarget,
  data: RemoveData,
  job: JobContext,
): Promise<number> {
  const connection = room.targets.connection(target.id)
  const { services, networks, volumes } = await leaving(room, target, data.stackId, data.name)
  const resources = [...networks, ...(data.volumes ? volumes : [])]
  const total = services.flat().length + resources.length
  let done = 0
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    job.signal.throwIfAborted()
    job.step(name, 'running')
    try {
      await work()
    } catch (error) {
      job.step(name, 'failed', error instanceof Error ? error.message : String(error))
      throw error
    }
    job.step(name, 'done')
    job.progress(++done / total, `${name}: removed`)
  }
  for (const service of services.flat()) job.step(service.name, 'waiting')
  for (const { kind, name } of resources) job.step(`${kind} ${name}`, 'waiting')
  for (const group of services) {
    await pool(group, 4, (service) =>
      step(service.name, () => stopAndRemove({ connection, targets: room.targets }, service, data.volumes)),
    )
  }
  for (const { kind, name } of resources) {
    await step(`${kind} ${name}`, async () => {
      try {
        await connection.removeResource(kind, name)
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error
      }
    })
  }
  return total
}
